"""Every job that is rung by its name exists: a misspelt one would fail only when a customer waits for it."""

import ast
import re

import worker

JOB = re.compile(r"worker\.(?!py$)[A-Za-z_]+")


def jobs(trees: dict[str, ast.Module]) -> set[str]:
    """Every string that names a job."""
    strings = (node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in strings if isinstance(node.value, str) and JOB.fullmatch(node.value)}


def missing(names: set[str]) -> list[str]:
    return sorted(name for name in names if not callable(getattr(worker, name.removeprefix("worker."), None)))


def test_every_job_named_anywhere_is_a_function_of_the_worker(product: dict[str, ast.Module]) -> None:
    named = jobs(product)
    assert named >= {"worker.carry_out", "worker.fetch_recording", "worker.ring_waiting", "worker.send_text"}
    assert missing(named | set(worker.DO_IT_HERE)) == []


def test_every_job_that_is_rung_can_be_done_by_the_sweep(product: dict[str, ast.Module]) -> None:
    assert jobs(product) == set(worker.DO_IT_HERE)


def test_misspelt_job_is_noticed() -> None:
    named = jobs({"a.py": ast.parse("bell.ring('worker.carry_on', 7); say('worker.py'); log('worker')")})
    assert named == {"worker.carry_on"}
    assert missing(named) == ["worker.carry_on"]
