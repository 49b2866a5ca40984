"""How people prove who they are, and for how long it holds: tries, sessions, second factors, outside identities, codes on letters."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import ID, WORD, metadata, numbered, one_of, open_rows, ref, text_id

HASH = String(64)

sign_ins = Table(  # tries, so that guessing has to wait; hashes, never names or addresses
    "sign_ins",
    metadata,
    numbered(),
    Column("username_key", HASH, nullable=False),
    Column("address_key", HASH, nullable=False),
    Column("at", Instant, nullable=False),
    Column("succeeded", Boolean, nullable=False),
)
Index("ix_sign_ins_username_key_at", sign_ins.c.username_key, sign_ins.c.at)
Index("ix_sign_ins_address_key_at", sign_ins.c.address_key, sign_ins.c.at)
uses = Table(  # of what costs much or helps guessing, so that it has a pace; hashes, never names or addresses
    "uses",
    metadata,
    numbered(),
    Column("key", HASH, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_uses_key_at", uses.c.key, uses.c.at)
Index("ix_uses_at", uses.c.at)
invitations = Table(  # to see one's own case: the person, a guardian, a relative
    "invitations",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    Column("capacity", WORD, nullable=False),
    Column("name", Text, nullable=False),
    Column("identity_hash", HASH),
    Column("code_hash", HASH, unique=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
    ref("revoked_by", "persons", nullable=True),
    ref("created_by", "persons"),
    Column("created_at", Instant, nullable=False),
    one_of("capacity", ("person", "guardian", "representative", "relative")),
)
Index("ix_invitations_case_id", invitations.c.case_id)
open_rows("ix_invitations_identity_hash", invitations, "identity_hash", where="identity_hash IS NOT NULL")
sessions = (
    Table(  # the id is the hash of what the cookie holds; nobody has signed in where all three are NULL
        "sessions",
        metadata,
        Column("id", HASH, primary_key=True),
        ref("person_id", "persons", nullable=True),
        ref("invitation_id", "invitations", nullable=True),
        Column("identity_hash", HASH),
        Column("method", WORD, nullable=False),
        Column("began_at", Instant, nullable=False),
        Column("seen_at", Instant, nullable=False),
        Column("proved_at", Instant),
        Column("ended_at", Instant),
        Column("browser", Text, nullable=False),
        Column("data", Values, nullable=False),
    )
)
Index("ix_sessions_seen_at", sessions.c.seen_at)
open_rows("ix_sessions_person_id", sessions, "person_id", where="ended_at IS NULL")
kept_forms = Table(  # what somebody sent when the session was over
    "kept_forms",
    metadata,
    text_id(),
    ref("person_id", "persons"),
    Column("endpoint", ID, nullable=False),
    Column("address", Text, nullable=False),
    Column("fields", Values, nullable=False),
    Column("kept_at", Instant, nullable=False),
)
Index("ix_kept_forms_person_id", kept_forms.c.person_id)
second_factors = Table(  # a secret that an authenticator app shares; encrypted
    "second_factors",
    metadata,
    Column("person_id", ID, ForeignKey("persons.id"), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("confirmed_at", Instant),
    Column("last_step", BigInteger, nullable=False),
)
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person_id", ID, ForeignKey("persons.id"), primary_key=True),
    Column("code_hash", HASH, primary_key=True),
    Column("used_at", Instant),
)
temporary_passwords = Table(  # somebody else chose the password: it must be changed at the next sign-in
    "temporary_passwords",
    metadata,
    Column("person_id", ID, ForeignKey("persons.id"), primary_key=True),
    Column("expires_at", Instant, nullable=False),
)
identities = Table(  # who somebody is with an outside provider of identities
    "identities",
    metadata,
    Column("issuer", String(300), primary_key=True),
    Column("subject", String(255), primary_key=True),
    ref("person_id", "persons"),
    Column("since_at", Instant, nullable=False),
)
Index("ix_identities_person_id", identities.c.person_id)
switches = Table(  # what an administrator has decided for the whole installation
    "switches",
    metadata,
    Column("name", WORD, primary_key=True),
    Column("value", Values, nullable=False),
    Column("changed_at", Instant, nullable=False),
    ref("changed_by", "persons", nullable=True),
)
