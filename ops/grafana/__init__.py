"""The dashboards of Grafana as code; `python -m ops.grafana.write` writes them."""
