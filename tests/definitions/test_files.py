"""A routine's folder, with all that it calls, becomes one bundle; what cannot change a run does not change its hash."""

from __future__ import annotations

import pytest

from engine.definitions import files, routine
from engine.definitions.checks import check_path
from engine.errors import BrokenDefinition
from tests.definitions import drawn


@pytest.fixture
def root(tmp_path):
    write(tmp_path, drawn.files())
    return tmp_path


def write(root, contents):
    for path, data in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def errors(path):
    return [
        (found.rule, found.path, found.element_id) for found in check_path(path) if found.severity == "error"
    ]


def test_a_bundle_holds_the_folder_and_what_is_called(root):
    bundle = files.read_bundle(root / "vastmanland/sip", root)
    assert dict(bundle.files) == drawn.files()
    assert (bundle.process_id, bundle.region, bundle.folder) == (
        "vastmanland_sip",
        "vastmanland",
        "vastmanland/sip",
    )


def test_a_shared_routine_belongs_to_no_region(root):
    bundle = files.read_bundle(root / "shared/escalation", root)
    assert (bundle.process_id, bundle.region) == ("shared_escalation", None)
    assert all(path.startswith("shared/escalation/") for path in bundle.files)


def test_the_same_files_from_memory_have_the_same_hash(root):
    bundle = files.read_bundle(root / "vastmanland/sip", root)
    assert files.bundle(bundle.files, bundle.process_id) == bundle


@pytest.mark.parametrize(
    "path",
    [
        drawn.MAIN,
        drawn.CALLED,
        drawn.TABLE,
        "vastmanland/sip/forms/answer.form",
        "vastmanland/sip/routine.toml",
    ],
)
def test_whatever_decides_a_run_changes_the_hash(path):
    before = files.bundle(drawn.files(), "vastmanland_sip").hash
    assert files.bundle({**drawn.files(), path: drawn.files()[path] + b" "}, "vastmanland_sip").hash != before


@pytest.mark.parametrize("path", ["vastmanland/sip/scenarios/happy.toml", "vastmanland/sip/README.md"])
def test_scenarios_and_words_for_people_do_not(path):
    before = files.bundle(drawn.files(), "vastmanland_sip").hash
    assert files.bundle({**drawn.files(), path: b"other"}, "vastmanland_sip").hash == before


def test_a_region_s_settings_are_no_part_of_a_bundle(root):
    (root / "vastmanland/region.toml").write_text('name = "V"')
    assert "vastmanland/region.toml" not in files.read_bundle(root / "vastmanland/sip", root).files


def test_bytes_cannot_wander_from_one_file_into_the_next():
    one = files.bundle({"a/b/a.bpmn": b"xy", "a/b/b.bpmn": b""}, "p").hash
    assert one != files.bundle({"a/b/a.bpmn": b"x", "a/b/b.bpmn": b"y"}, "p").hash


def test_links_out_of_the_folder_and_hidden_files_are_left_out(root, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.form"
    secret.write_text("{}")
    (root / "vastmanland/sip/forms/link.form").symlink_to(secret)
    (root / "vastmanland/sip/.hidden.form").write_text("{}")
    assert dict(files.read_bundle(root / "vastmanland/sip", root).files) == drawn.files()


def test_a_folder_without_a_diagram_is_a_finding(tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    with pytest.raises(BrokenDefinition):
        files.read_bundle(tmp_path / "a/b", tmp_path)


def test_a_broken_diagram_still_gives_a_bundle_whose_findings_say_so(root):
    (root / drawn.MAIN).write_bytes(b"<broken")
    assert files.read_bundle(root / "vastmanland/sip", root).process_id == "vastmanland_sip"
    assert ("xml-syntax", drawn.MAIN, "") in errors(root / "vastmanland/sip")


def test_calls_are_followed_from_one_called_routine_to_the_next(root):
    third = (
        drawn.files()[drawn.CALLED].replace(b"shared_escalation", b"orebro_talk").replace(b"talk", b"speak")
    )
    write(root, {"orebro/speak/speak.bpmn": third.replace(b"orebro_speak", b"orebro_speak")})
    again = b'<bpmn:callActivity id="more" name="M" calledElement="orebro_speak"/><bpmn:endEvent id="talked"'
    called = drawn.files()[drawn.CALLED].replace(b'<bpmn:endEvent id="talked"', again)
    write(root, {drawn.CALLED: called})
    assert "orebro/speak/speak.bpmn" in files.read_bundle(root / "vastmanland/sip", root).files


# --- a part is judged by what those around it write ---------------------------------------------------------------------


def test_a_part_may_read_what_its_caller_writes(root):
    called = drawn.files()[drawn.CALLED].replace(
        b"= managing unit(case.unit, 1)", b"= managing unit(reason, 1)"
    )
    write(root, {drawn.CALLED: called, "shared/escalation/routine.toml": b'title = "Lyft"'})
    assert errors(root / "shared/escalation") == errors(root / "vastmanland/sip") == []


def test_a_part_may_not_read_what_nobody_writes(root):
    called = drawn.files()[drawn.CALLED].replace(
        b"= managing unit(case.unit, 1)", b"= managing unit(reasons, 1)"
    )
    write(root, {drawn.CALLED: called, "shared/escalation/routine.toml": b'title = "Lyft"'})
    expected = [("unknown-name", drawn.CALLED, "talk")]
    assert errors(root / "shared/escalation") == errors(root / "vastmanland/sip") == expected


def test_an_error_that_only_the_caller_can_catch_is_told_in_both(root):
    end = (
        b'<bpmn:endEvent id="talked" name="Klart"><bpmn:errorEventDefinition id="gives_up"/></bpmn:endEvent>'
    )
    called = drawn.files()[drawn.CALLED].replace(b'<bpmn:endEvent id="talked" name="Klart"/>', end)
    write(root, {drawn.CALLED: called, "shared/escalation/routine.toml": b'title = "Lyft"'})
    expected = [("uncaught-error", drawn.CALLED, "talked")]
    assert errors(root / "shared/escalation") == errors(root / "vastmanland/sip") == expected


def test_a_linked_process_may_read_the_case_that_it_runs_in(root):
    linked = (
        drawn.files()[drawn.CALLED]
        .replace(b"shared_escalation", b"vastmanland_added")
        .replace(b"case.unit", b"cause")
    )
    form = drawn.files()["shared/escalation/forms/talk.form"]
    settings = b'title = "SIP"\nstart_roles = ["staff"]\nlinked = ["vastmanland_added"]\n'
    home = "vastmanland/added"
    linked = linked.replace(b'"talk"', b'"speak"')
    write(
        root,
        {
            f"{home}/added.bpmn": linked,
            f"{home}/forms/speak.form": form,
            f"{home}/routine.toml": b'title = "Ny enhet"',
        },
    )
    assert errors(root / home) == []  # alone nobody can say
    write(root, {"vastmanland/sip/routine.toml": settings})
    assert errors(root / home) == []
    write(root, {f"{home}/added.bpmn": linked.replace(b"cause", b"cases")})
    assert [rule for rule, _, _ in errors(root / home)] == ["unknown-name"]


def test_a_whole_tree_is_checked_and_each_thing_told_once(root):
    (root / "vastmanland/region.toml").write_text('nam = "V"')
    write(root, drawn.changed(' samordna:role="manager"', "", drawn.CALLED))
    found = check_path(root)
    assert ("role", drawn.CALLED, "talk") in errors(root)
    assert len(found) == len(set(found))
    assert any(one.path == "vastmanland/region.toml" for one in found)


def test_a_file_inside_a_routine_stands_for_the_whole(root):
    write(root, drawn.changed(' samordna:role="manager"', "", drawn.CALLED))
    assert ("role", drawn.CALLED, "talk") in errors(root / "vastmanland/sip/forms/answer.form")


def test_there_must_be_something_to_check(tmp_path):
    for path in (tmp_path, tmp_path / "nothing.bpmn"):
        with pytest.raises(FileNotFoundError):
            check_path(path)


# --- what the rest of the house reads from a bundle ------------------------------------------------------------------------


@pytest.fixture
def read():
    return routine.read(files.bundle(drawn.files(), "vastmanland_sip"))


def test_a_routine_tells_its_title_processes_and_calls(read):
    """S1-21."""
    assert (read.title, read.region, read.called) == (
        "Samordnad individuell plan",
        "vastmanland",
        ("shared_escalation",),
    )
    assert list(read.processes) == ["vastmanland_sip", "shared_escalation"]
    assert read.settings.start_roles == ("staff",)
    assert read.sources["shared_escalation"] == drawn.files()[drawn.CALLED]


def test_an_element_carries_what_people_see(read):
    task = read.element("vastmanland_sip", "register_need")
    assert (task.kind, task.name, task.role, task.lane) == (
        "userTask",
        "Registrera behov",
        "staff",
        "Personal",
    )
    assert task.clause == ("S3-023", "S3-017")
    assert task.documentation == "Skriv vad som hänt."
    assert (
        drawn.files()[drawn.MAIN]
        .decode()
        .splitlines()[task.line - 1]
        .lstrip()
        .startswith('<bpmn:userTask id="register_need"')
    )
    due = read.element("vastmanland_sip", "due")
    assert (due.event, due.attached_to, due.interrupting, due.deadline, due.calendar) == (
        "timer",
        "register_need",
        False,
        True,
        "working-days",
    )
    asked = read.element("vastmanland_sip", "ask_units")
    assert (asked.multi_instance, asked.item, asked.result, asked.parent_id) == (
        "parallel",
        "asked_unit",
        "answers",
        "round",
    )
    assert read.element("vastmanland_sip", "nowhere") is None


def test_forms_and_categories_are_at_hand(read):
    assert set(read.forms) == {"register_need", "answer", "plan_changed", "withdraw", "talk"}
    assert read.categories == dict.fromkeys(
        [
            "cause",
            "units_wanted",
            "outcome",
            "change",
            "said_by",
            "agreed",
            "told",
            "eligible",
            "answers",
            "agreement",
        ],
        "coordination",
    )


def test_a_shared_routine_has_its_title_in_several_languages():
    contents = {
        **drawn.files(),
        "vastmanland/sip/routine.toml": b'title = { sv = "Plan", nb = "Plan NB" }\nstart_roles = []',
    }
    settings = routine.read(files.bundle(contents, "vastmanland_sip")).settings
    assert (settings.title, settings.titles["nb"]) == ("Plan", "Plan NB")


@pytest.mark.parametrize(
    "text",
    [
        'title = "a"\nvalid_from = "soon"',
        "title = 1",
        'title = "a"\nlinked = "b"',
        'title = "a"\nwhat = 1',
        "title",
    ],
)
def test_settings_that_cannot_be_are_a_finding_with_the_line(text):
    with pytest.raises(BrokenDefinition) as caught:
        routine.read_settings(
            files.bundle({**drawn.files(), "vastmanland/sip/routine.toml": text.encode()}, "vastmanland_sip")
        )
    assert caught.value.findings[0].line == len(text.splitlines())


# --- the outline -----------------------------------------------------------------------------------------------------------


def lines(read, process_id=""):
    return [
        f"{'.' * step.depth}{step.kind} {step.element_id or step.target}" for step in read.outline(process_id)
    ]


def test_the_outline_tells_every_element_once_in_reading_order(read):
    told = [step.element_id for step in read.outline() if step.kind not in {"branch", "goto"}]
    assert sorted(told) == sorted(read.elements["vastmanland_sip"])
    assert (
        told.index("register_need")
        < told.index("find_eligibility")
        < told.index("is_eligible")
        < told.index("closed")
    )


def test_the_outline_names_branches_nests_sub_processes_and_meets_again(read):
    told = lines(read)
    assert told[:3] == ["startEvent begin", "userTask register_need", ".boundaryEvent due"]
    branch = told.index(".branch flow_yes")
    assert told[branch + 1] == "..subProcess round"
    assert told[branch + 2] == "...startEvent round_begins"
    assert "....userTask answer" in told
    assert (
        told.index("..parallelGateway joined")
        > told.index(".....branch flow_8")
        > told.index("...branch flow_7")
    )


def test_the_outline_says_where_a_branch_goes_back_to(read):
    back = [step for step in read.outline() if step.kind == "goto"]
    assert "register_need" in {step.target for step in back}
    assert lines(read, "shared_escalation") == ["startEvent begin_talk", "userTask talk", "endEvent talked"]
    assert read.outline("nothing") == ()


@pytest.mark.parametrize(
    ("based_on", "told"),
    [
        ("{base}@{hash}", None),
        ("{base}@" + "0" * 64, ("warning", "shared_escalation has changed")),
        ("{base}", ("error", "64 hexadecimal digits")),
        ("nothing@{hash}", ("error", "no other routine here")),
        ("vastmanland_sip@{hash}", ("error", "no other routine here")),
    ],
)
def test_a_variant_says_what_it_is_based_on(root, based_on, told):
    base = files.read_bundle(root / "shared/escalation", root)
    text = based_on.format(base=base.process_id, hash=base.hash)
    settings = f'title = "SIP"\nstart_roles = ["staff"]\nbased_on = "{text}"\n'
    write(root, {"vastmanland/sip/routine.toml": settings.encode()})
    found = [one for one in check_path(root / "vastmanland/sip") if one.rule == "based-on"]
    assert [one.severity for one in found] == ([told[0]] if told else [])
    assert told is None or told[1] in found[0].message


def test_a_linked_routine_must_be_there(root):
    write(
        root,
        {
            "vastmanland/sip/routine.toml": b'title = "SIP"\nstart_roles = ["staff"]\nlinked = ["vastmanland_aded"]\n'
        },
    )
    assert errors(root / "vastmanland/sip") == [
        ("linked", "vastmanland/sip/routine.toml", "vastmanland_aded")
    ]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/x.form",
        "/etc/x.form",
        "vastmanland/sip/a\\b.form",
        "vastmanland/sip/.x.form",
        "vastmanland/sip/x\n.form",
        "a//b.form",
    ],
)
def test_a_file_name_that_leads_elsewhere_is_an_error(name):
    found = drawn.findings({**drawn.files(), name: drawn.form("x")})
    assert ("file-name", name) in {(one.rule, one.path) for one in found}


def test_an_unreadable_file_elsewhere_does_not_hide_what_is_called(root):
    write(root, {"orebro/other/other.bpmn": b"\x00" * 6_000_000})
    assert drawn.CALLED in files.read_bundle(root / "vastmanland/sip", root).files


def test_a_role_that_the_region_does_not_list_is_an_error(root):
    (root / "vastmanland/region.toml").write_text(
        'name = "V"\ncountry = "SE"\nlanguages = ["sv"]\n[roles]\nstaff = "P"\ncoordinator = "S"'
    )
    assert errors(root / "vastmanland/sip") == []
    write(root, drawn.changed('name="Svara" samordna:role="staff"', 'name="Svara" samordna:role="staf"'))
    assert errors(root / "vastmanland/sip") == [("role", drawn.MAIN, "answer")]
