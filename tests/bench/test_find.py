"""What find costs: every key press of a sentence in a library of 5,000 lines, by words and with the sentence model."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from app.find_model import HOW_TO_INSTALL, installed_model
from app.scripts.finding.evaluate import read_sentences
from app.scripts.finding.index import FindIndex
from app.scripts.finding.lines import Entry, Lines, TextLine, Weight, lines_of
from app.scripts.finding.vectors import Vectors, vectors_of
from app.scripts.finding.words import words_of
from tests.fakes.walks import shipped

pytestmark = pytest.mark.bench

LINES = 5_000
CALLERS = Path(__file__).parents[1] / "find" / "callers.jsonl"


def percentiles(work: Callable[[str], object], texts: Sequence[str]) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds of this thread's processor time, so that neighbours do not count."""
    taken = []
    for text in texts:
        began = time.thread_time()
        work(text)
        taken.append((time.thread_time() - began) * 1_000)
    taken.sort()
    return taken[len(taken) // 2], taken[len(taken) * 99 // 100]


def large() -> Lines:
    """5,000 lines of 200 scripts, put together of the shipped library's words."""
    dice = random.Random(7)
    shipped_lines = lines_of(shipped()).lines
    words = [word for line in shipped_lines for word in words_of(line.text)]
    entries = tuple(Entry("script", f"script-{number}", "", f"Script {number}") for number in range(200))
    lines = []
    for number in range(LINES):
        like = dice.choice(shipped_lines)
        text = " ".join(dice.choices(words, k=max(2, len(words_of(like.text)))))
        weight = Weight.NAMED if number % 6 == 0 else like.weight
        lines.append(TextLine(text, number % 200, weight, f"script-{number % 200}"))
    return Lines(entries, tuple(lines))


def key_presses() -> list[str]:
    """What is in the field after each key press, for forty sentences of callers."""
    sentences = [sentence.text for sentence in read_sentences(CALLERS.read_bytes())][::6][:40]
    return [text[:length] for text in sentences for length in range(1, len(text) + 1)]


def test_each_key_press_by_words() -> None:
    began = time.perf_counter()
    index = FindIndex(large(), shipped().synonyms)
    took = time.perf_counter() - began

    median, p99 = percentiles(index.search, key_presses())
    floor_median, floor_p99 = percentiles(every_word_in_every_line(index.lines), key_presses())

    print(f"find by words in {LINES:,} lines: median {median:.2f} ms, p99 {p99:.2f} ms (goal 5); index in {took:.2f} s")
    print(f"  floor, one look for each word in each line: median {floor_median:.2f} ms, p99 {floor_p99:.2f} ms")


def test_a_sentence_with_the_model() -> None:
    encoder = installed_model()
    if encoder is None:
        pytest.skip(f"the sentence model is not installed: {HOW_TO_INSTALL}")
    lines = large()
    index = FindIndex(lines, shipped().synonyms)
    vectors = Vectors(vectors_of(lines, encoder), lines, encoder)
    sentences = [sentence.text for sentence in read_sentences(CALLERS.read_bytes())]

    def rerank(text: str) -> object:
        return index.hits(index.lexical(text).mixed(index.standing(vectors.similarities(text)), 0.5), "", 0.1)

    median, p99 = percentiles(rerank, sentences)
    floor_median, floor_p99 = percentiles(lambda text: encoder.encode([text]), sentences)

    print(f"find with the model in {LINES:,} lines: median {median:.1f} ms, p99 {p99:.1f} ms (goal 30)")
    print(f"  of it the model alone: median {floor_median:.1f} ms, p99 {floor_p99:.1f} ms")


def every_word_in_every_line(lines: Lines) -> Callable[[str], object]:
    """What a plain filter on all words does."""
    texts = [line.text.casefold() for line in lines.lines]

    def look(text: str) -> object:
        words = text.casefold().split()
        return [number for number, line in enumerate(texts) if all(word in line for word in words)]

    return look
