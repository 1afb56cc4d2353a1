"""A walk speaks the account's language; where it is does not depend on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.event import EventType
from app.scripts.actions import Fill, OpenObjection, Speak
from app.scripts.walk import Walk
from tests.fakes.customers import ADA
from tests.fakes.walks import Agent, context, library_with

MAIN = """\
## who: Verify #identity
> Good day.
or
> Hello.
Verify: pin
- [1] Verified -> bill
- [9] Not -> done

## bill: The bill
> You pay {account.bill|money} {if account.bill > 1}
* From {account.contract_end|date}
Note: Slowly.
Ask: best (number, optional) Best time
Wait: 1m Wait
Objection: "too dear" -> soften
Consent: account-data "May I look?"
- [1] Yes -> done
- [2] No -> done

## soften: Soften #return
> I see.

## done: Done
End: kept
> Bye.
"""
SPANISH = """\
---
script: main
title: Principal
kind: care
language: es
---
## who: Identidad #identity
> Buenos días.
or
> Hola.
Verify: pin
- [1] Comprobado -> bill
- [9] No -> done

## bill: La factura
> Usted paga {account.bill|money} {if account.bill > 1}
* Desde el {account.contract_end|date}
Note: Despacio.
Ask: best (number, optional) Mejor hora
Wait: 1m Espere
Objection: "muy caro" -> soften
Consent: account-data "¿Puedo mirar?"
- [1] Sí -> done
- [2] No -> done

## soften: Comprender #return
> Entiendo.

## done: Fin
End: kept
> Adiós.
"""


def speaking(language: str, site: str = "en") -> Agent:
    library = library_with(b"", {"scripts/care/main.es.call.md": SPANISH.encode()}, main=MAIN)
    return Agent(library, "main", context(replace(ADA, language=language), language=site))


def test_the_account_s_language_chooses_every_text_and_how_money_and_dates_are_written() -> None:
    agent = speaking("es").press("V", "1")

    screen = agent.screen
    assert (screen.language, screen.languages) == ("es", ("en", "es"))
    assert (screen.script_title, screen.step_title) == ("Principal", "La factura")
    assert screen.spoken.replace("\N{NO-BREAK SPACE}", " ") == "Usted paga 42,00 GBP"
    assert screen.points == ("Desde el 3 de diciembre de 2026",)
    assert screen.notes == ("Despacio.",)
    assert screen.form[0].label == "Mejor hora"
    assert screen.wait is not None and screen.wait.text == "Espere"
    assert screen.consent is not None and screen.consent.question == "¿Puedo mirar?"
    assert [(row.key, row.text, row.leads) for row in screen.answers] == [("1", "Sí", "fin"), ("2", "No", "fin")]
    assert [(item.title, item.answer) for item in screen.path] == [("Identidad", "Comprobado")]


def test_what_was_asked_is_recorded_in_the_words_that_were_spoken_and_answers_in_the_script_s() -> None:
    agent = speaking("es").press("V", "1", "1")

    assert agent.facts(EventType.CONSENT_GIVEN)[0]["wording"] == "¿Puedo mirar?"
    assert [one["answer"] for one in agent.facts(EventType.ANSWER_GIVEN)] == ["Verified", "Yes"]


def test_the_agent_switches_in_the_middle_and_stays_where_the_call_is() -> None:
    agent = speaking("en").press("V", "1")
    agent.do(Fill("best", "9"))
    assert agent.screen.spoken == "You pay £42.00"

    happened = agent.do(Speak("es"))

    assert happened == []
    assert agent.where == ("main", "bill")
    assert agent.screen.spoken.startswith("Usted paga")
    assert agent.screen.form[0].value == "9"
    assert Walk.restore(agent.library, agent.walk.log).screen() == agent.screen
    agent.do(Speak("en"))
    assert agent.screen.spoken == "You pay £42.00"


@pytest.mark.parametrize("language", ["fr", "", "de-CH"])
def test_without_a_translation_the_script_is_spoken_as_it_was_written(language: str) -> None:
    agent = speaking(language)

    assert (agent.screen.language, agent.screen.spoken) == ("en", "Good day.")
    assert "No script" in agent.refusal(Speak("fr"))


def test_a_regional_language_is_served_by_the_plain_one_and_the_site_s_is_next() -> None:
    assert speaking("es-MX").screen.language == "es"
    assert speaking("fr", site="es").screen.language == "es"


def test_a_walk_in_another_language_goes_the_same_way() -> None:
    keys = ("V", "1", "2")

    assert speaking("es").press(*keys).told() == speaking("en").press(*keys).told()


def test_objections_are_found_in_both_languages() -> None:
    agent = speaking("es").press("V", "1")
    (found,) = [one for one in agent.walk.findable() if one.kind == "objection"]
    assert (found.title, found.phrases) == ("Comprender", ("muy caro", "too dear"))

    agent.do(OpenObjection("Muy caro"))

    assert agent.screen.spoken == "Entiendo."
    assert agent.facts(EventType.OBJECTION_USED)[0]["objection"] == "too dear"
    assert agent.screen.enter == "back to La factura"
