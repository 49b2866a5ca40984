"""Verifies an export of Samordna's log, without Samordna: needs Python 3.9 or newer and nothing else.

    python3 verify.py EXPORT [HEADS]

EXPORT is what `samordna audit export` wrote: a line of JSON for each row of the log, and after the rows of a batch a line with their
seal. HEADS is the file of heads that was kept outside the database (`number instant head` a line); without it nobody can see whether the
end of the log was cut off or the whole chain was computed anew. Exits with 0 if all is as it was sealed, 1 if not, 2 if it cannot be read.

What is checked, so that you can check it with other tools:
  1. The hash of a row is the SHA-256 of its line, without the line break.
  2. A seal's `digest` is the SHA-256 of its rows' lines `id hash`, joined by line breaks.
  3. A seal's `previous` is the `head` of the seal before it; the first one's is 64 zeros.
  4. A seal's `head` is the SHA-256 of the seal as JSON with sorted keys and without spaces.
  5. The heads are those that were kept outside. Then nothing before the last of them can have changed.
Rows after the last seal are not sealed yet. A seal without rows is in order only where its batch had been kept for five years.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

FIVE_YEARS = timedelta(days=5 * 365)


def sha256(text):
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def as_json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def instant(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def check_rows(seal, sealed, lines, pruned):
    """What is wrong with the rows of one seal; `lines` is id -> line, `sealed` the hash of each row as it was sealed."""
    found = {number: sha256(line) for number, line in lines.items()}
    if sha256("\n".join(f"{number} {digest}" for number, digest in found.items())) == seal["digest"]:
        return
    if not lines and seal["number"] in pruned:
        return
    if sealed is None or sha256(sealed) != seal["digest"]:
        yield f"seal {seal['number']}: its rows are not those that were sealed"
        return
    before = {int(number): digest for number, digest in (line.split(" ") for line in sealed.split("\n"))}
    for number in sorted(before.keys() | found.keys()):
        if number not in found:
            yield f"row {number}: missing, it was sealed under seal {seal['number']}"
        elif number not in before:
            yield f"row {number}: inserted, it was not there when seal {seal['number']} was set"
        elif before[number] != found[number]:
            yield f"row {number}: changed since seal {seal['number']} was set"


def check_seal(seal, head, before, heads):
    """What is wrong with the seal itself."""
    number, (last, last_head) = seal["number"], before
    if number != last + 1:
        yield f"seal {last + 1}: missing"
    elif seal["previous"] != last_head:
        yield f"seal {number}: does not follow the seal before it"
    if sha256(as_json(seal)) != head:
        yield f"seal {number}: the seal itself was changed"
    if heads.get(number, head) != head:
        yield f"seal {number}: recomputed, another head was kept outside the database"


def pruned_seals(entries):
    """Numbers of seals whose rows were taken away after five years, as rows of the log say."""
    seals = [entry["seal"] for entry in entries if "seal" in entry]
    acts = [entry for entry in entries if entry.get("act") == "log_pruned"]
    until = [(int(act["about"].split(":")[1]), instant(act["at"]) - FIVE_YEARS) for act in acts]
    return {
        seal["number"]
        for seal in seals
        for last, old in until
        if seal["number"] <= last and instant(seal["sealed_at"]) <= old
    }


def check(lines, heads):
    """Every complaint about an export, and how many rows and seals it has."""
    pruned = pruned_seals([json.loads(line) for line in lines if '"seal":' in line or '"log_pruned"' in line])
    complaints, rows, total, before = [], {}, 0, (0, "0" * 64)
    for line in lines:
        entry = json.loads(line)
        if "seal" not in entry:
            rows[entry["id"]] = line
            total += 1
            continue
        seal = entry["seal"]
        complaints += check_seal(seal, entry["head"], before, heads)
        complaints += check_rows(seal, entry["hashes"], rows, pruned)
        rows, before = {}, (seal["number"], entry["head"])
    if heads and max(heads) > before[0]:
        complaints.append(
            f"seal {before[0] + 1}: the tail is cut off, the last head kept outside is {max(heads)}"
        )
    return complaints, total, before[0]


def main(arguments):
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    try:
        lines, *kept = [Path(name).read_text(encoding="ascii").splitlines() for name in arguments]
        heads = {int(line.split(" ")[0]): line.split(" ")[2] for file in kept for line in file}
        complaints, rows, seals = check(lines, heads)
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        print(f"This cannot be read as an export of the log: {type(error).__name__} {error}")
        return 2
    for complaint in complaints:
        print(complaint)
    print(
        f"{rows} rows under {seals} seals:",
        "NOT as they were sealed" if complaints else "as they were sealed",
    )
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
