"""The template as data: read without resolving anything, and the schedules in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import yaml

SUFFIX: Final = "Function"


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: ``!Ref X`` becomes ``{"Ref": "X"}``."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


yaml.add_multi_constructor("!", _short_form, Loader=_Loader)


def read_template(text: str) -> dict[str, Any]:
    """Return a template as data, its short forms written out."""
    found: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506 a SafeLoader
    return found


def snake(camel: str) -> str:
    """Return a logical id as the name of a folder.

    >>> snake("RegisterInvoices")
    'register_invoices'
    """
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in camel).lstrip("_")


def functions_of(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the properties of each function, under the name of its folder."""
    return {
        snake(logical_id.removesuffix(SUFFIX)): resource["Properties"]
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule of a function. ``text`` is its Input, keywords not yet replaced."""

    function: str
    name: str
    expression: str
    zone: str
    text: str


def schedules_of(template: dict[str, Any]) -> tuple[Schedule, ...]:
    """Return every schedule that stands in the events of a function."""
    return tuple(
        Schedule(
            function=function,
            name=name,
            expression=event["Properties"]["ScheduleExpression"],
            zone=event["Properties"]["ScheduleExpressionTimezone"],
            text=event["Properties"]["Input"],
        )
        for function, properties in functions_of(template).items()
        for name, event in properties.get("Events", {}).items()
        if event["Type"] == "ScheduleV2"
    )
