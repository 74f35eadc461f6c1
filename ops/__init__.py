"""What runs beside sommet: Kafka, Prometheus, Alertmanager, Grafana."""
