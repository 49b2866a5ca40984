"""The directory's pages over HTTP: what an administrator of one principal meets, and what is refused with words."""

from __future__ import annotations

from io import BytesIO

from engine.records import directory
from engine.records.database import reading
from tests.webapp.site import Site

UNIT = {"name": "Ny", "type": "home_care", "principal": "malby", "parent": "sof_malby"}


def unit_name(site: Site, unit_id: str) -> str:
    with reading(site.world.engine) as tx:
        return directory.units(tx, [unit_id])[unit_id].name


def test_an_administrator_of_a_principal_changes_nothing_of_another(site: Site) -> None:
    maj = site.client("maj")
    name = unit_name(site, "vc_ekdalen")
    for address in (
        "/admin/directory/change/unit/vc_ekdalen",
        "/admin/directory/change/person/sara",
        "/admin/directory/change/membership/sara~vc_ekdalen~staff~2016-03-04",
        "/admin/directory/units/vc_ekdalen/close",
        "/admin/directory/units/vc_ekdalen/closing-days",
        "/admin/directory/closing-days",
    ):
        assert maj.get(address).status_code in (403, 404), address
        assert maj.post(address, data={"name": "Stulen", "days": "2026-12-23"}).status_code in (403, 404), (
            address
        )
    stolen = UNIT | {"id": "x", "principal": "region_vastmanland", "parent": "hsf"}
    assert maj.post("/admin/directory/new/unit", data=stolen).status_code == 422
    with reading(site.world.engine) as tx:
        assert not directory.units(tx, ["x"])
    assert (
        maj.post(
            "/admin/directory/new/principal", data={"id": "y", "name": "Y", "type": "region"}
        ).status_code
        == 403
    )
    assert unit_name(site, "vc_ekdalen") == name


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(site: Site) -> None:
    maj = site.client("maj")
    answer = maj.post("/admin/directory/new/unit", data=UNIT | {"id": "Nytt Id", "type": ""})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="id-wrong"' in text
    assert 'id="type-wrong"' in text
    assert 'value="Nytt Id"' in text


def test_the_only_principal_that_one_keeps_is_chosen_already_and_the_regions_roles_are_not_offered(
    site: Site,
) -> None:
    maj = site.client("maj")
    text = maj.get("/admin/directory/new/person").get_data(as_text=True)
    assert '<option value="malby" selected>' in text
    assert "region_vastmanland" not in text
    assert 'value="auditor"' not in maj.get("/admin/directory/new/membership").get_data(as_text=True)
    assert maj.get("/admin/directory/new/principal").status_code == 403


def test_what_one_may_not_give_is_said_at_its_field_and_nothing_typed_is_lost(site: Site) -> None:
    maj = site.client("maj")
    new = {"id": "ny_person", "name": "Ny Person", "reached_by": "account"}
    given = {"person": "maria", "unit": "hemtjanst_norra", "role": "auditor", "valid_from": "2026-03-02"}
    for address, data, wrong in (
        ("/admin/directory/new/person", new, "principal"),
        ("/admin/directory/new/person", new | {"principal": "region_vastmanland"}, "principal"),
        ("/admin/directory/new/membership", given, "role"),
        ("/admin/directory/new/membership", given | {"role": "staff", "unit": "vc_ekdalen"}, "unit"),
    ):
        answer = maj.post(address, data=data)
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert f'id="{wrong}-wrong"' in text
        assert data.get("name", data.get("valid_from", "")) in text


def test_a_place_of_work_ends_on_the_day_that_is_written(site: Site) -> None:
    maj, today = site.client("maj"), site.world.now.date().isoformat()
    given = {"person": "maria", "unit": "hemtjanst_norra", "role": "manager", "valid_from": today}
    assert maj.post("/admin/directory/new/membership", data=given).status_code == 302
    key = f"maria~hemtjanst_norra~manager~{today}"
    ended = maj.post(f"/admin/directory/change/membership/{key}", data={"valid_to": "i går"})
    assert ended.status_code == 422
    assert maj.post(f"/admin/directory/change/membership/{key}", data={"valid_to": today}).status_code == 302
    assert "2 mars 2026 till 2 mars 2026" in maj.get("/admin/directory/persons/maria").get_data(as_text=True)


def test_a_file_that_was_shown_is_not_applied_once_the_directory_has_changed(site: Site) -> None:
    maj = site.client("maj")
    content = "kind;id;name\nunit;hemtjanst_norra;Hemtjänst Norr\n".encode()
    shown = maj.post("/admin/directory/file", data={"file": (BytesIO(content), "units.csv")})
    address = (
        shown.get_data(as_text=True)
        .split('<form method="post" action="/admin/directory/file/')[1]
        .split('"')[0]
    )
    changed = {"name": "Biståndsenheten", "type": "assistance_assessment"}
    assert maj.post("/admin/directory/change/unit/bistandsenheten_norra", data=changed).status_code == 302
    refused = maj.post(f"/admin/directory/file/{address}")
    assert refused.status_code == 409
    assert "Läs in den igen" in refused.get_data(as_text=True)
    assert site.client("admin").post(f"/admin/directory/file/{address}").status_code == 404
    assert unit_name(site, "hemtjanst_norra") == "Hemtjänsten Norra"


def test_a_file_names_its_wrong_lines_and_may_not_touch_another_principal(site: Site) -> None:
    maj = site.client("maj")
    content = b"kind;id;name\nunit;vc_ekdalen;Stulen\nunit;;Utan id\n"
    text = maj.post("/admin/directory/file", data={"file": (BytesIO(content), "x.csv")}).get_data(
        as_text=True
    )
    assert "Rad 2" in text
    assert "Rad 3" in text
    assert "Bara huvudmannens eller regionens administratörer" in text


def test_a_search_finds_units_and_people_without_a_name_in_the_address(site: Site) -> None:
    answer = site.client("maj").post("/admin/directory/search", data={"q": "maria e"})
    assert answer.status_code == 200
    assert "/admin/directory/persons/maria" in answer.get_data(as_text=True)


def test_a_closing_day_is_looked_at_before_it_is_saved(site: Site) -> None:
    maj, address = site.client("maj"), "/admin/directory/units/bistandsenheten_norra/closing-days"
    assert maj.post(address, data={"days": "inte i dag"}).status_code == 422
    days = {"days": "2026-12-23\n2026-12-28"}
    assert "Spara de stängda dagarna" in maj.post(address, data=days).get_data(as_text=True)
    with reading(site.world.engine) as tx:
        assert directory.units(tx, ["bistandsenheten_norra"])["bistandsenheten_norra"].closing_days == ()
    assert maj.post(address, data=days | {"_save": "1"}).status_code == 302
    with reading(site.world.engine) as tx:
        (unit,) = directory.units(tx, ["bistandsenheten_norra"]).values()
    assert [day.isoformat() for day in unit.closing_days] == ["2026-12-23", "2026-12-28"]


def test_absence_cannot_be_registered_for_people_that_one_does_not_lead(site: Site) -> None:
    for who in ("sara", "ali", "anders"):
        assert site.client(who).get("/absences?person=maria").status_code == 403
    assert site.client("eva").get("/absences?person=maria").status_code == 200
