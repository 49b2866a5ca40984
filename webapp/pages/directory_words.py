"""What the directory is called in words: roles, kinds of units, fields, and what has to be mended."""

from __future__ import annotations

from flask_babel import gettext

from webapp import words


def role(key: str) -> str:
    """A directory role."""
    return {
        "staff": gettext("staff"),
        "coordinator": gettext("coordinator"),
        "manager": gettext("manager"),
        "mas": gettext("MAS"),
        "process_owner": gettext("process owner"),
        "administrator": gettext("administrator of the principal"),
        "region_administrator": gettext("administrator of the region"),
        "auditor": gettext("auditor"),
        "governance": gettext("sees figures"),
    }.get(key, key)


def function(key: str) -> str:
    """A named function."""
    return {
        "mas": gettext("Chief nurse of municipal care (MAS)"),
        "csd": gettext("Centre for rare diseases (CSD)"),
        "sip_coordination": gettext("Answers for SIP"),
        "data_protection": gettext("Data protection officer"),
        "coordinating_unit": gettext("Coordinating unit"),
    }.get(key, key)


def kind(key: str) -> str:
    """A kind of row."""
    return {
        "principal": gettext("Principal"),
        "organisation": gettext("Organisation"),
        "unit": gettext("Unit"),
        "person": gettext("Person"),
        "membership": gettext("Place of work"),
        "function": gettext("Function"),
    }.get(key, key)


def adding(key: str) -> str:
    """What a form is for that makes a new row."""
    return {
        "principal": gettext("Add a principal"),
        "organisation": gettext("Add an organisation or a provider"),
        "unit": gettext("Add a unit"),
        "person": gettext("Add a person"),
        "membership": gettext("Add a place of work"),
        "function": gettext("Name a function"),
    }[key]


def changing(key: str) -> str:
    """What a form is for that changes a row."""
    return {
        "principal": gettext("Change the principal"),
        "organisation": gettext("Change the organisation"),
        "unit": gettext("Change the unit"),
        "person": gettext("Change what is said of the person"),
        "membership": gettext("Change the place of work"),
        "function": gettext("Change who fills the function"),
    }[key]


def none(kind_name: str, field: str) -> str:
    """What it means that nothing is chosen."""
    return {
        ("person", "principal"): gettext("The principal where the person works"),
        ("unit", "parent"): gettext("Stands highest at the principal"),
        ("unit", "organisation"): gettext("The principal's own"),
        ("function", "person"): gettext("No person, but a unit"),
        ("function", "holder_unit"): gettext("No unit, but a person"),
    }.get((kind_name, field), gettext("None"))


def unit_type(key: str) -> str:
    """A kind of unit; kinds of one's own are told as they are written."""
    return _unit_types().get(key) or words.capital(key.replace("_", " "))


def unit_types() -> tuple[str, ...]:
    """The kinds that have words, the more usual of two that are called the same last."""
    return tuple(_unit_types())


def _unit_types() -> dict[str, str]:
    return {
        "administration": gettext("Administration of the principal"),
        "directorate": gettext("Administration of the principal"),
        "area": gettext("Area"),
        "health_centre": gettext("Health centre"),
        "primary_care": gettext("Health centre"),
        "rehabilitation": gettext("Rehabilitation"),
        "habilitation": gettext("Habilitation"),
        "psychiatry": gettext("Psychiatry"),
        "assistance_assessment": gettext("Assessment of assistance"),
        "needs_assessment": gettext("Assessment of assistance"),
        "municipal_health_care": gettext("Municipal health care"),
        "home_care": gettext("Home care"),
        "housing_support": gettext("Housing support"),
        "reception": gettext("Reception of social services"),
        "income_support": gettext("Income support"),
        "child_social_services": gettext("Children and young people"),
        "inpatient_ward": gettext("Hospital ward"),
        "rare_diseases": gettext("Centre for rare diseases"),
        "expert_team": gettext("Expert team for rare diseases"),
        "reference_network": gettext("European reference network (for information)"),
        "school": gettext("School"),
        "preschool": gettext("Pre-school"),
        "student_health": gettext("Student health"),
    }


def choice(kind_name: str, field: str, key: str) -> str:
    """One of the fixed values of a field."""
    if field == "role":
        return role(key)
    if (kind_name, field) == ("function", "type"):
        return function(key)
    return {
        "region": gettext("Region"),
        "municipality": gettext("Municipality"),
        "own": gettext("The principal's own"),
        "contracted": gettext("A provider under contract"),
        "account": gettext("Signs in"),
        "letter": gettext("Has no access and is reached by letter"),
    }.get(key, key)


def label(kind_name: str, field: str) -> str:
    """What a field is called."""
    if (kind_name, field) == ("function", "unit"):
        return gettext("For the unit, and all below it")
    if (kind_name, field) == ("function", "type"):
        return gettext("Function")
    if (kind_name, field) == ("organisation", "type"):
        return gettext("What it is to the principal")
    if (kind_name, field) == ("person", "principal"):
        return gettext("Kept by")
    if (kind_name, field) == ("person", "id"):
        return gettext("User name")
    return {
        "id": gettext("Short name"),
        "name": gettext("Name"),
        "type": gettext("Kind"),
        "principal": gettext("Principal"),
        "organisation": gettext("Organisation"),
        "parent": gettext("Below"),
        "person": gettext("Person"),
        "unit": gettext("Unit"),
        "holder_unit": gettext("Or filled by the unit"),
        "role": gettext("Role"),
        "title": gettext("Title"),
        "phone": gettext("Telephone"),
        "email": gettext("Mail address"),
        "address": gettext("Postal address"),
        "reached_by": gettext("How the person is reached"),
        "active": gettext("Active"),
        "valid_from": gettext("From"),
        "valid_to": gettext("Last day"),
        "successor": gettext("Takes over what is still open"),
        "kind": gettext("Kind of row"),
    }.get(field, field)


def hint(kind_name: str, field: str) -> str:
    """What to write in a field, where its name does not say."""
    short = gettext(
        "Used by files and routines: small letters a to z, digits and underscore. It is never changed."
    )
    return {
        ("unit", "id"): short,
        ("organisation", "id"): short,
        ("principal", "id"): short,
        ("person", "id"): gettext(
            "What the person signs in with: small letters a to z, digits, dot and hyphen. It is never changed."
        ),
        ("person", "principal"): gettext("Its administrators change what is said of the person."),
        ("unit", "type"): gettext(
            "Routines ask for it. A kind that is missing here can be read in from a file."
        ),
        ("person", "address"): gettext("Needed for whoever is reached by letter."),
        ("unit", "address"): gettext("Where letters to the unit go."),
        ("membership", "role"): gettext("One role at a time; somebody may have several."),
    }.get((kind_name, field), "")


def problem(message: str, detail: str) -> str:
    """What has to be mended."""
    return {
        "missing": gettext("Fill this in"),
        "too-long": gettext("Too long"),
        "bad-id": gettext("Use small letters a to z, digits, underscore, dot and hyphen, at most 64"),
        "not-an-address": gettext("Write one mail address, such as name@example.se"),
        "bad-word": gettext("Write one word of small letters a to z, digits and underscore"),
        "not-a-choice": gettext("Choose one of: %(choices)s", choices=detail),
        "ends-before-it-begins": gettext("The last day comes before the first"),
        "unknown": gettext("There is no %(id)s in the directory", id=detail),
        "is-over": gettext("%(id)s is closed or inactive", id=detail),
        "taken": gettext("The id is taken, perhaps in another region. Choose another"),
        "has-units": gettext("Units remain there: %(number)s. Close or move them first", number=detail),
        "stays-with-principal": gettext("It stays with its principal. Make a new one with the other"),
        "other-principal": gettext("Belongs to another principal"),
        "below-a-provider": gettext("Only the provider's own units stand below a provider under contract"),
        "goes-round": gettext("The units would stand below each other in a circle"),
        "not-ahead": gettext("A unit is closed on the day itself, not ahead of time"),
        "stays-closed": gettext("A closed unit is not opened again. Make a new one"),
        "is-itself": gettext("Choose another unit than the one that is closed"),
        "open-tasks": gettext(
            "There is something open there: %(number)s. Say which unit takes over", number=detail
        ),
        "letter-needs-address": gettext("Whoever is reached by letter needs a postal address"),
        "overlaps": gettext("There is a period already that this overlaps, from %(day)s", day=detail),
        "person-or-unit": gettext("Choose a person or a unit, not both"),
        "team-needs-centre": gettext("An expert team stands below a centre for rare diseases. Choose one"),
        "has-teams": gettext("Expert teams stand below it, so it stays a centre for rare diseases"),
        "takes-no-part": gettext(
            "A European reference network is there for information: nobody works there, and nothing is sent there"
        ),
        "given-by-the-region": gettext("Only the administrators of the region give this role"),
        "ends-what-others-keep": gettext(
            "Somebody has a role here that only the administrators of the region end. Ask them to end it, or to close the unit: %(people)s",
            people=detail,
        ),
        "works-elsewhere": gettext(
            "The person works at another principal too. Ask the administrators of the region; what is at your own you can end yourself"
        ),
        "not-yours": gettext("Only the administrators of that principal, or of the region, change this"),
    }.get(message, "") or _file_problem(message, detail)


def _file_problem(message: str, detail: str) -> str:
    return {
        "too-large": gettext("The file is too large. Divide it"),
        "not-csv": gettext("The line cannot be read as CSV. Look for a quotation mark that is not closed"),
        "unknown-column": gettext("There is no such column. There are: %(columns)s", columns=detail),
        "missing-column": gettext("The column is missing"),
        "column-twice": gettext("A column stands twice"),
        "too-many-cells": gettext("The line has more cells than the first line"),
        "not-of-this-kind": gettext("This kind of row has no such column: %(kind)s", kind=kind(detail)),
        "not-a-date": gettext("Write the day as 2026-12-24"),
        "not-yes-or-no": gettext("Write yes or no"),
        "said-twice": gettext("The same row stands on line %(line)s", line=detail),
    }.get(message, message)
