"""The engine: knows processes, does not know the web.

How it runs, in ten lines:
1. `definitions` reads a routine's files into a bundle and says what may not run (`soundness` plays its drawing as a game of tokens
   and shows each way to get stuck); `actions.deploy` keeps it under its hash.
2. `library` holds each version once, read for people (`routine`) and parsed for the engine (`specification`).
3. A person hands in a form: `actions.tasks.complete` locks the case, asks `access.may`, cleans the form, calls `actions.advance`.
4. `advance` wakes the instance (from memory if its stamp is the row's, else from rows) and hands `execution.run` all it may see.
5. `execution` moves tokens until everybody waits again and returns facts; FEEL and tables come from `expressions`, days from
   `deadlines` (handed in), what a service task asks for from `actions.operations`.
6. `recording` turns facts into rows: tasks, timers, waiting places, values, history. The case gets a new stamp.
7. Whoever opened the transaction commits: `webapp.session` for a request, `heartbeat` for a timer. Nobody else does.
8. What fails is rolled back whole and leaves an incident in a transaction of its own (`actions.incidents`).
9. `heartbeat` asks the timer index for the next due row, fires it as one step, and sleeps until the next; every minute it seals the
   log; beside it people are told by mail.
10. Pages look through `reads`, which only select; what they show they note with `actions.reading`.

The floors, from the roof down; each imports only what lies below it, rooms side by side never import one another:
`tracing` / `scenarios` / `heartbeat` / `clock` / `actions | reads` / `asking | library | ahead` /
`definitions | execution | deadlines | access | documents | mailing | records` / `expressions | soundness` /
`facts | functions | status | xml | wire` / `errors`.
Only `execution` imports SpiffWorkflow. `now` is an argument everywhere below `clock`. One action is one transaction.
"""
