"""Lines whose signs are those of another keyboard: what they were surely meant to be."""

from __future__ import annotations

import re

from app.scripts.line_parts import QUOTED

KEYWORDS = (
    *("Note", "Ask", "Let", "If", "Else", "Objection", "Verify", "Offer", "Read", "Consent", "Wait", "Show", "End"),
    *("Do", "Task", "Send", "Transfer"),
)
_KEYWORDS = {word.lower(): word for word in KEYWORDS}

_HEAD = re.compile(r"(\s*)([>＞*＊#＃–—－―•·-]+)")
_HEADS = str.maketrans("＞＊＃–—－―•·", ">*#----**")
_KEY = re.compile(r"-\s*[\[［【]\s*([0-9０-９ADLadl*＊])\s*[\]］】]")
_WORD = re.compile(r"\s*([A-Za-z]+)\s*[:：﹕]")
_ARROW = re.compile(r"\s*([→➔➜⟶⇒⟹]|[-–—－]＞|[–—－]>|[=＝]＞|＝>)\s*(?=[^→⇒>]*$)")
_HAND_OVER = "⇒⟹＝="
_REASON = re.compile(r"(End: *[a-z][a-z0-9_-]*\s*,\s*)(?!reason\b)([a-z][a-z0-9_-]*)")
_QUOTING = ("Objection:", "Consent:")
_QUOTES = str.maketrans("“”„«»＂", '""""""')


def mended(text: str) -> str:
    """The line with the signs and capitals of the language; unchanged where it has them, or nothing is sure.

    What is said is never touched: only what stands at the beginning, the arrow, and quotes that the grammar wants.
    """
    head = _HEAD.match(text)
    if head is not None:
        text = head.group(1) + head.group(2).translate(_HEADS) + text[head.end() :]
    key = _KEY.match(text)
    if key is not None:
        text = f"- [{_plain_key(key.group(1))}]{text[key.end() :]}"
    word = _WORD.match(text)
    keyword = _KEYWORDS.get(word.group(1).lower()) if word is not None else None
    if word is not None and keyword is not None:
        text = f"{keyword}:{text[word.end() :]}"
    if text.startswith(_QUOTING):
        text = text.translate(_QUOTES)
    if key is not None or keyword in ("If", "Else", "Objection"):
        text = _with_plain_arrow(text)
    return _REASON.sub(r"\1reason \2", text) if keyword == "End" else text


def _plain_key(key: str) -> str:
    if key in "０１２３４５６７８９":
        return str("０１２３４５６７８９".index(key))
    return key.upper().replace("＊", "*")


def _with_plain_arrow(text: str) -> str:
    blanked = QUOTED.sub(lambda quoted: "x" * len(quoted.group()), text)
    arrow = _ARROW.search(blanked)
    if arrow is None:
        return text
    plain = "=>" if arrow.group(1)[0] in _HAND_OVER else "->"
    return f"{text[: arrow.start()]} {plain} {text[arrow.end() :]}"
