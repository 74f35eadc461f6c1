"""The Kafka node that the tests start."""

from kafka import KafkaConsumer, KafkaProducer


def test_a_node_takes_and_gives(kafka: str) -> None:
    """What one client writes into a topic, another reads."""
    with KafkaProducer(bootstrap_servers=kafka) as producer:
        assert producer.bootstrap_connected()
    consumer = KafkaConsumer(bootstrap_servers=kafka)
    assert consumer.topics() is not None
    consumer.close()
