-- A role for Grafana that reads the store and writes nothing; psql is given its password.
CREATE ROLE grafana LOGIN PASSWORD :'password' CONNECTION LIMIT 10;
GRANT pg_read_all_data TO grafana;
ALTER ROLE grafana SET default_transaction_read_only = on;
ALTER ROLE grafana SET statement_timeout = '30s';
