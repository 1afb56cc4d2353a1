from __future__ import annotations

from app.offers.policy import read_policy

UK = b"""\
title: United Kingdom
save_offers: 3
cool_down_days: 30
consent_for_account_data: no
identity_methods: [pin, callback]
suppress:
  - interrupt: cancel
    days: 30
"""


def test_a_policy_is_named_after_its_file() -> None:
    policy, problems = read_policy("policies/uk.yaml", UK)

    assert problems == ()
    assert policy is not None
    assert (policy.id, policy.title, policy.save_offers) == ("uk", "United Kingdom", 3)
    assert policy.identity_methods == ("pin", "callback")
    assert policy.suppress_days == {"cancel": 30}


def test_a_policy_without_its_limit_is_refused() -> None:
    policy, problems = read_policy("policies/uk.yaml", UK.replace(b"save_offers: 3\n", b""))

    assert policy is None
    assert "lacks 'save_offers'" in problems[0].message


def test_a_mistyped_field_is_refused_with_a_suggestion() -> None:
    policy, problems = read_policy("policies/uk.yaml", UK.replace(b"cool_down_days", b"cooldown_days"))

    assert policy is None
    assert (problems[0].line, "Did you mean 'cool_down_days'?" in problems[0].message) == (3, True)
