"""The files of the topics say what the code does, and the code knows no topic without a file."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from schemas.envelope import decode, encode
from schemas.topics import TOPICS, Topic
from sommet.app import pipeline
from sommet.config import Config
from sommet.errors import KnowledgeError
from sommet.runtime.kafka_changelog import restored
from sommet.runtime.kafka_member import CHANGELOG, DEAD_LETTERS, TICKS
from sommet.runtime.kafka_order import ORDER
from sommet.runtime.kafka_reader import letter as read_letter
from sommet.runtime.topics import TopicFile, expanded, load, sources

FILES = load()


def record(topic: TopicFile) -> Any:
    """Return the example as the client would hand it over."""
    example = topic.example
    headers = [(name, value.encode()) for name, value in example.headers.items()]
    return SimpleNamespace(
        key=example.key.encode(), value=example.payload, headers=headers, offset=0, topic=topic.name
    )


def test_the_files_and_the_code_have_the_same_topics() -> None:
    """Neither has a topic that the other does not know, and each file is named as its topic."""
    assert FILES.keys() == TOPICS.keys() | {DEAD_LETTERS, TICKS, ORDER, CHANGELOG}
    assert {name: topic.message for name, topic in FILES.items() if topic.message} == {
        name: topic.type.__name__ for name, topic in TOPICS.items()
    }
    folder = Path(__file__).parents[2] / "schemas" / "topics"
    assert {path.name for path in folder.iterdir()} == {
        f"{name.removeprefix('{stage}.')}.yaml" for name in FILES
    }


def test_the_files_name_the_stages_that_read_and_write() -> None:
    """Sources and sinks of the pipeline are the readers and writers of the files, in the same order."""
    stages = pipeline(Config())
    assert [*sources(FILES).items()] == [(stage.name, stage.source.name) for stage in stages]
    assert {(topic.name, stage) for topic in FILES.values() for stage in topic.writers.stages} == {
        (sink.name, stage.name) for stage in stages for sink in stage.sinks
    }
    grown = {topic.name for topic in FILES.values() if topic.grows}
    assert grown == {stage.source.name for stage in stages if stage.stateless}


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_the_example_is_a_message(topic: Topic[Any]) -> None:
    """It decodes, says nothing that its type does not know, and has the key and id that it shows."""
    example = FILES[topic.name].example
    message = decode(example.payload, topic.type)
    assert decode(encode(message), topic.type) == message
    written = yaml.safe_load(encode(message))
    assert written.keys() == example.value.keys()
    assert (topic.key(message), message.id) == (example.key, example.headers["id"])


def test_the_examples_of_the_runtime_are_read_by_it() -> None:
    """A dead letter comes back with its origin, a changelog with its position."""
    letter = read_letter(record(FILES[DEAD_LETTERS]))
    assert (letter.stage, letter.topic, letter.offset, letter.number) == ("clean", "articles.raw.v1", 42, 1)
    clean = pipeline(Config())[0]
    memory = restored(clean, [record(FILES[CHANGELOG])], None)
    assert memory.partition.last == FILES[CHANGELOG].example.value[0]
    assert FILES[TICKS].example.headers.keys() == {"id", "stage", "partition", "at", "release"}


def test_a_topic_of_a_stage_has_the_partitions_of_its_source() -> None:
    """There is one for each stage."""
    found = expanded(FILES)
    for stage, source in sources(FILES).items():
        assert found[CHANGELOG.format(stage=stage)].partitions == found[source].partitions
    assert len(found) == len(FILES) - 1 + len(sources(FILES))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"partitions": 0}, "partitions: 0; expected 1 or more"),
        ({"partitions": "source"}, "partitions: source is for topics of a stage"),
        ({"partitions": "many"}, "partitions"),
        ({"retention": "a while"}, "retention: a while; expected forever or a time as 30d"),
        ({"reader": "me"}, "unknown field `reader`"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    """What cannot be is told with the name of its file."""
    source = Path(__file__).parents[2] / "schemas" / "topics" / "alerts.v1.yaml"
    wrong = yaml.safe_load(source.read_text("utf-8")) | change
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(wrong))
    with pytest.raises(KnowledgeError, match=f"mine.yaml: .*{said}"):
        load(tmp_path)


def test_a_folder_without_topics_is_refused(tmp_path: Path) -> None:
    """So is one that is not there, and one that has a topic twice."""
    with pytest.raises(KnowledgeError, match="no topic; expected a YAML file for each"):
        load(tmp_path)
    with pytest.raises(KnowledgeError, match="no folder"):
        load(tmp_path / "nowhere")
    source = Path(__file__).parents[2] / "schemas" / "topics" / "alerts.v1.yaml"
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(source.read_text("utf-8"))
    with pytest.raises(KnowledgeError, match=r"two.yaml: alerts.v1 is described twice"):
        load(tmp_path)
