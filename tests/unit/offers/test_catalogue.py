from __future__ import annotations

from datetime import date

import pytest

from app.domain.money import Money
from app.domain.offer import OfferKind, Period
from app.offers.catalogue import read_catalogue

PACKS = b"""\
currency: GBP
offers:
  - id: data-pack
    name: Data pack
    kind: upsell
    eligible: account.overage_count > 0
    why: ran out {account.overage_count} times
    points: 3
    disclosure: pack-terms
    consent: pack-charge
    on_credit: yes
    valid_from: 2026-01-01
    options:
      - id: small
        label: 100 MB
        price: 1.10
        period: once
        size: 100
      - id: large
        label: 1,000 MB
        price: 8
        period: once
        size: 1000
"""


def test_a_catalogue_is_read_as_offers_with_exact_prices() -> None:
    offers, problems = read_catalogue("catalog/packs.yaml", PACKS)

    assert problems == ()
    (pack,) = offers
    assert (pack.kind, pack.points, pack.on_credit) == (OfferKind.UPSELL, 3, True)
    assert (pack.disclosure, pack.consent, pack.valid_from) == ("pack-terms", "pack-charge", date(2026, 1, 1))
    assert [(o.id, o.price, o.period, o.size) for o in pack.options] == [
        ("small", Money(110, "GBP"), Period.ONCE, 100),
        ("large", Money(800, "GBP"), Period.ONCE, 1000),
    ]


@pytest.mark.parametrize(
    ("written", "wrong", "line", "says"),
    [
        (b"price: 1.10", b"price: -1.10", 16, "must not be negative"),
        (b"price: 1.10", b"price: 1.105", 16, "more decimals than GBP has"),
        (b"price: 1.10", b"price: one pound", 16, "an amount like 22.50"),
        (b"price: 1.10", b"price: .nan", 16, "an amount like 22.50"),
        (b"currency: GBP", b"currency: GPB", 1, "is not known"),
        (b"currency: GBP", b"family: packs", 3, "No currency"),
        (b"kind: upsell", b"kind: upsale", 5, "must be one of save, upsell, cross-sell"),
        (b"points: 3", b"points: -3", 8, "at least 0"),
        (b"points: 3", b"pionts: 3", 8, "Did you mean 'points'?"),
        (b"name: Data pack", b"name:", 4, "lacks 'name'"),
        (b"id: large", b"id: small", 13, "is here twice"),
        (b"id: data-pack", b"id: Data Pack", 3, "small letters"),
        (b"valid_from: 2026-01-01", b"valid_from: next week", 12, "a day like"),
        (b"on_credit: yes", b"on_credit: perhaps", 11, "yes or no"),
    ],
)
def test_a_wrong_line_is_named_and_its_offer_left_out(written: bytes, wrong: bytes, line: int, says: str) -> None:
    offers, problems = read_catalogue("catalog/packs.yaml", PACKS.replace(written, wrong))

    assert offers == ()
    assert any(says in problem.message for problem in problems), problems
    assert line in [problem.line for problem in problems]


def test_two_offers_with_one_id_are_refused() -> None:
    second = PACKS[PACKS.index(b"  - id: data-pack") :]

    offers, problems = read_catalogue("catalog/packs.yaml", PACKS + second)

    assert len(offers) == 1
    assert "'data-pack' is here twice" in problems[0].message


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"",
        b"- a\n- b\n",
        b"a: [1, 2\n",
        b"offers: &a [*a]\n",
        b"[" * 100_000,
        b"a: \x00",
        b"offers: 3\n",
        b"offers: [3]\n",
        b"%YAML 9.9\n---\n",
        b"? [a]\n: b\n",
    ],
)
def test_a_file_that_is_no_catalogue_gives_a_sentence_and_no_traceback(content: bytes) -> None:
    offers, problems = read_catalogue("catalog/odd.yaml", content)

    assert offers == ()
    assert problems
    assert all(problem.line >= 1 and problem.message.endswith((".", ")", "?", "…")) for problem in problems)
