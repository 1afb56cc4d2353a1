"""Rows of a file as facts of accounts, by a map: made once for a header, then called for each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from app.domain.account import Alert, Contact, Equipment, Plan
from app.domain.money import Money
from app.hub.importing import values
from app.hub.importing.errors import MapProblem, Unfit
from app.hub.importing.given import Fault, GivenRow
from app.hub.importing.kinds import Read, factor_reader, part_reader, reader_of
from app.hub.importing.mapping import AccountMap, ColumnName, Given, Source, source
from app.hub.importing.phones import phone_reader
from app.hub.importing.table import Line
from app.hub.importing.values import NEEDED

_MOST_OF_ONE_KIND = 50
# Remembering what each cell meant would only cost.
_ALL_DIFFERENT = frozenset({"id", "number", "name", "street", "email"})
_LEFT_OUT = "It was left out."


class _Cell(NamedTuple):
    """One column, and how a cell of it is read."""

    name: str
    place: str
    column: int
    read: Read


class RowReader:
    """Reads the rows of one file. Raises MapProblem where map and header do not fit."""

    def __init__(self, given: AccountMap, header: Sequence[str]) -> None:
        self._map = given
        self._header = header
        self._width = len(header)
        self._empty = frozenset(word.casefold() for word in given.empty)
        self._constants: dict[str, Any] = {}
        self._singles: list[_Cell] = []
        self._lists: list[tuple[str, list[_Cell], Callable[[Sequence[Any]], Any]]] = []
        self._many: list[tuple[str, str, list[int], str, Read]] = []
        for name, where in given.fields.items():
            self._add(name, source(where))
        self._has_plan = "plan.name" in given.fields
        self._groups = [
            (group, [self._group(group, parts) for parts in getattr(given, group)])
            for group in ("equipment", "contacts", "alerts")
            if getattr(given, group)
        ]
        self._consents = [
            (consent, self._cell("consents", source(where), values.yes_or_no(given.yes, given.no), False))
            for consent, where in given.consents.items()
        ]
        self._factors = [
            self._cell(method, source(where), factor_reader(source(where)), None)
            for method, where in given.factors.items()
        ]

    def read(self, line: Line) -> GivenRow:
        """One row; what is wrong with it stands in its faults."""
        number, cells = line
        if len(cells) != self._width:
            fault = Fault(number, "", f"The row has {len(cells)} cells; the header has {self._width}.")
            return GivenRow(number, "", faults=[fault])
        faults: list[Fault] = []
        facts: dict[str, Any] = dict(self._constants)
        is_bad = False
        for name, place, index, read_cell in self._singles:
            try:
                facts[name] = read_cell(cells[index])
            except Unfit as unfit:
                faults.append(Fault(number, place, str(unfit)))
                is_bad = True
        for name, place, indices, separator, read in self._many:
            facts[name] = self._several(cells, indices, separator, read, faults, number, place)
        for name, parts, join in self._lists:
            is_bad |= self._joined(name, parts, join, cells, facts, faults, number)
        for group, members in self._groups:
            made = [self._made(group, parts, cells, faults, number) for parts in members]
            facts[group] = tuple(one for one in made if one is not None)
        if self._consents:
            facts["consents"] = tuple(
                consent for consent, cell in self._consents if self._value(cell, cells, faults, number)
            )
        account_number, account_id = facts.pop("number", ""), facts.pop("id", "")
        if self._has_plan and not is_bad:
            facts["plan"] = self._plan(facts)
        factors = {}
        for cell in self._factors:
            if (factor := self._value(cell, cells, faults, number)) is not None:
                factors[cell.name] = factor
        return GivenRow(number, account_number, account_id, None if is_bad else facts, factors, faults)

    def _add(self, name: str, where: Source) -> None:
        if where.value is not None and not where.named:
            self._constants[name] = self._constant(name, where)
            return
        columns = [self._index(column) for column in where.named]
        if not columns:
            raise MapProblem(f"The map does not say which column is {name}.")
        place = self._header[columns[0]][:200]
        if name in ("phones", "consents"):
            read: Read = phone_reader(self._map.phone_region) if name == "phones" else values.words_of
            self._many.append((name, place, columns, where.separator, read))
        elif len(columns) > 1:
            if name not in ("name", "street", "number", "id"):
                raise MapProblem(f"Only name, street, number and id can be made of several columns, not {name}.")
            cells = [self._at(name, index, values.words_of, "") for index in columns]
            joint = where.separator or ("" if name in ("number", "id") else " ")
            self._lists.append((name, cells, lambda parts: joint.join(part for part in parts if part)))
        else:
            read, when_empty = reader_of(self._map, name, where)
            self._singles.append(self._at(name, columns[0], read, when_empty, remembers=name not in _ALL_DIFFERENT))

    def _constant(self, name: str, where: Source) -> Any:
        try:
            value = reader_of(self._map, name, where)[0](values.plain(str(where.value)))
        except Unfit as unfit:
            raise MapProblem(f"The map's value for {name} does not fit. {unfit}") from unfit
        return (value,) if name in ("phones", "consents") else value

    def _index(self, column: ColumnName) -> int:
        wanted = " ".join(str(column).split())
        found = [index for index, name in enumerate(self._header) if name == wanted]
        if not found:
            found = [index for index, name in enumerate(self._header) if name.casefold() == wanted.casefold()]
        if len(found) == 1:
            return found[0]
        if found:
            raise MapProblem(f"The file has several columns {wanted!r}. Name them apart.")
        # What stands in the first row is not shown: without a header it is somebody's record.
        raise MapProblem(
            f"The file has no column {wanted!r}. Look at its first row; where that is no header, say header: false"
            " in the map and name the columns by their place: 1, 2, .."
        )

    def _cell(self, name: str, where: Source, read: Read, when_empty: Any) -> _Cell:
        if len(where.named) != 1:
            raise MapProblem(f"The map must name one column for {name}.")
        return self._at(name, self._index(where.named[0]), read, when_empty, remembers=True)

    def _at(self, name: str, index: int, read: Read, when_empty: Any, *, remembers: bool = False) -> _Cell:
        read_cell = values.cell_reader(read, self._empty, when_empty, remembers=remembers)
        return _Cell(name, self._header[index][:200], index, read_cell)

    def _group(self, group: str, parts: Mapping[str, Given]) -> tuple[dict[str, Any], list[_Cell]]:
        constants: dict[str, Any] = {}
        cells = []
        for name, where in ((name, source(given)) for name, given in parts.items()):
            if where.value is not None and not where.named:
                constants[name] = str(where.value)
            else:
                cells.append(self._cell(name, where, part_reader(self._map, group, name, where), NEEDED))
        return constants, cells

    def _several(
        self,
        cells: Sequence[str],
        indices: Sequence[int],
        separator: str,
        read: Read,
        faults: list[Fault],
        number: int,
        place: str,
    ) -> tuple[Any, ...]:
        """The values of one or several columns, each of which may hold several."""
        found: dict[Any, None] = {}
        for index in indices:
            text = cells[index].strip()
            if not text:
                continue
            pieces = text.split(separator) if separator else _parted(text)
            for piece in pieces:
                try:
                    bare = values.plain(piece)
                    if not bare or bare.casefold() in self._empty:
                        continue
                    value = read(bare)
                except Unfit:
                    value = None
                if value is None:
                    faults.append(Fault(number, self._header[index][:200], f"One of its values is none. {_LEFT_OUT}"))
                elif len(found) < _MOST_OF_ONE_KIND:
                    found[value] = None
        return tuple(found)

    def _joined(
        self,
        name: str,
        parts: Sequence[_Cell],
        join: Callable[[Sequence[Any]], Any],
        cells: Sequence[str],
        facts: dict[str, Any],
        faults: list[Fault],
        number: int,
    ) -> bool:
        before = len(faults)
        joined = join([self._value(part, cells, faults, number) for part in parts])
        if len(faults) == before and not joined and name != "street":
            faults.append(Fault(number, parts[0].place, "It is empty, and every account needs one."))
        facts[name] = joined or None
        return len(faults) > before

    def _made(
        self,
        group: str,
        parts: tuple[dict[str, Any], list[_Cell]],
        cells: Sequence[str],
        faults: list[Fault],
        number: int,
    ) -> Equipment | Contact | Alert | None:
        """A member of a group; None where all its cells are empty, or one is missing."""
        constants, read = parts
        if all(cells[cell.column].strip().casefold() in self._empty for cell in read):
            return None
        before = len(faults)
        known = constants | {cell.name: self._value(cell, cells, faults, number) for cell in read}
        if len(faults) > before:
            return None
        match group:
            case "equipment":
                return Equipment(**known)
            case "contacts":
                return Contact(**({"channel": "phone", "outcome": ""} | known))
        return Alert(**known)

    def _value(self, cell: _Cell, cells: Sequence[str], faults: list[Fault], number: int) -> Any:
        """A cell that the row can do without: what cannot be read is left out, and said."""
        try:
            return cell.read(cells[cell.column])
        except Unfit as unfit:
            faults.append(Fault(number, cell.place, f"{unfit} {_LEFT_OUT}"))
            return None

    def _plan(self, facts: dict[str, Any]) -> Plan:
        price = facts.pop("plan.price", None) or Money(0, self._map.currency)
        return Plan(
            facts.pop("plan.name"),
            facts.pop("plan.kind", ""),
            price,
            facts.pop("plan.data_gb", None),
            facts.pop("plan.speed_mbps", None),
        )


def _parted(text: str) -> Sequence[str]:
    """A cell of several values, as exports part them."""
    for sign in (";", "|", "\n", ","):
        if sign in text:
            return text.split(sign)
    return (text,)
