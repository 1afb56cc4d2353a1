"""Phone numbers of a whole file, as `app.domain.phone` reads them, only faster where nothing is doubtful.

The library takes some 40 us a number. What is plainly a national number of the region, or an international one of the
same country, is told by one regular expression made of the library's own patterns; everything else goes to the library.
A test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from app.domain.phone import read_number

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata, PhoneNumberDesc

_PUNCTUATION = str.maketrans("", "", " -./()")
_NEVER = re.compile(r"(?!)")


def phone_reader(region: str) -> Callable[[str], str | None]:
    """A function from a number as it was written to E.164, or None where it is no number."""
    plain, code, prefix = _patterns(region)
    whole = plain.fullmatch
    international, strange = "+" + code, tuple(filter(None, (code, "00")))

    def read(text: str) -> str | None:
        # A bracketed zero is read by the library.
        if "(0)" not in text:
            digits = text.translate(_PUNCTUATION)
            if digits.startswith(international):
                national = digits[len(international) :]
                if not (prefix and national.startswith(prefix)) and whole(national):
                    return international + national
            elif prefix and digits.startswith(prefix) and not digits.startswith("00"):
                if whole(national := digits[len(prefix) :]):
                    return international + national
            elif len(digits) > 6 and not digits.startswith(strange) and whole(digits):
                return international + digits
        return read_number(text, region).e164

    return read


def _patterns(region: str) -> tuple[re.Pattern[str], str, str]:
    """What a national number of the region looks like, its country code and its national prefix.

    The pattern fits nothing where a country's rules need more than a prefix that is cut off.
    """
    import phonenumbers
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.country_code is None:
        return _NEVER, "none", ""
    code, prefix = str(metadata.country_code), metadata.national_prefix or ""
    parsing = metadata.national_prefix_for_parsing or ""
    is_plain = parsing == prefix or parsing.startswith(prefix + "|")
    is_main = phonenumbers.region_code_for_country_code(metadata.country_code) == region
    if not is_plain or not is_main or metadata.national_prefix_transform_rule or metadata.leading_digits:
        return _NEVER, "none", ""
    kinds = "|".join(f"(?:{one})" for one in map(_pattern, _descriptions(metadata)) if one)
    general = _pattern(metadata.general_desc)
    return re.compile(f"(?={general}\\Z)(?:{kinds})", re.ASCII), code, prefix


def _descriptions(metadata: PhoneMetadata) -> Iterable[PhoneNumberDesc | None]:
    kinds = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager")
    return (getattr(metadata, name) for name in (*kinds, "uan", "voicemail"))


def _pattern(description: PhoneNumberDesc | None) -> str:
    if description is None or not description.national_number_pattern:
        return ""
    lengths = [length for length in description.possible_length if length > 0]
    held = "|".join(f"\\d{{{length}}}\\Z" for length in lengths)
    return f"{f'(?={held})' if held else ''}(?:{description.national_number_pattern})"
