"""Every address x every role x every relation to the case: the answer equals a table that a person can read.

A line is a method and an address; `written` is a second task, start or paper of the case that is not about being called. Then one
column without a session, one group of six a role, and two managers higher up: above the unit that keeps the case, and above those called.
Within a group the person works, in this order, at: the unit that keeps the case, another unit of its principal, a unit of another
principal with consent, one called without consent, one whose consent was taken back, and one without any part. A new route without
a line fails.

    o  shown              >  goes on to another page      s  must sign in first
    !  taken, and told what is wrong or too late          -  refused, with the reason
    .  told that there is nothing there
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests import databases
from tests.webapp import kinds
from tests.webapp.conftest import Begun
from tests.webapp.site import OPENED, Site, copied
from tests.webapp.test_routes import FORM, addresses, text_of

TABLE = """
#                                                        staff  coord. mana-  proc.  admi-  audi-  gover- a-
#                                                                      ger   owner  nistr. tor    nance  bove
GET  /                                                 s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /about/                                           o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/                               o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/<page>                         o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/contacts                       o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/forms                          o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/forms/<paper>.pdf              o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/links                          o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /about/<region_id>/links                          o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/material                       o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/routines                       o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/routines/<process_id>          o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/routines/<process_id>.bpmn     o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/steps/<process_id>/<element_id>  o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /about/<region_id>/words                          o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /absences                                         s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /absences                                         s ------ ------ !----- ------ !!---- ------ ------ !-
POST /absences/<absence_id>/end                        s ...... ...... ...... ...... ...... ...... ...... ..
GET  /accessibility                                    o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /account                                          s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /account                                          s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
POST /account/mail                                     s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /account/password                                 s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /account/password                                 s !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!
GET  /account/second-factor                            s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /account/second-factor                            s !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!
POST /account/second-factor/codes                      s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
POST /account/sessions/end                             s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /admin/                                           s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /admin/cases/<case_id>                            s ------ ------ ------ ------ oooooo ------ ------ --
GET  /admin/corrections                                s ------ ------ ------ oooooo ------ ------ ------ --
GET  /admin/corrections/<move_id>                      s ...... ...... ...... oooooo ...... ...... ...... ..
POST /admin/corrections/<move_id>/approve              s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /admin/corrections/<move_id>/refuse               s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /admin/directory/                                 s ------ ------ ------ ------ oooooo ------ ------ --
GET  /admin/directory/change/<kind>/<key>              s ------ ------ ------ ------ --ooo- ------ ------ --
POST /admin/directory/change/<kind>/<key>              s ------ ------ ------ ------ --!!!- ------ ------ --
GET  /admin/directory/closing-days                     s ------ ------ ------ ------ ------ ------ ------ --
POST /admin/directory/closing-days                     s ------ ------ ------ ------ ------ ------ ------ --
GET  /admin/directory/file                             s ------ ------ ------ ------ oooooo ------ ------ --
POST /admin/directory/file                             s ------ ------ ------ ------ !!!!!! ------ ------ --
POST /admin/directory/file/<import_id>                 s ------ ------ ------ ------ ...... ------ ------ --
GET  /admin/directory/file/directory.csv               s ------ ------ ------ ------ oooooo ------ ------ --
GET  /admin/directory/new/<kind>                       s ------ ------ ------ ------ oooooo ------ ------ --
POST /admin/directory/new/<kind>                       s ------ ------ ------ ------ !!!!!! ------ ------ --
GET  /admin/directory/persons/<person_id>              s ------ ------ ------ ------ oooooo ------ ------ --
POST /admin/directory/search                           s ------ ------ ------ ------ oooooo ------ ------ --
GET  /admin/directory/units/<unit_id>                  s ------ ------ ------ ------ oooooo ------ ------ --
GET  /admin/directory/units/<unit_id>/close            s ------ ------ ------ ------ --ooo- ------ ------ --
POST /admin/directory/units/<unit_id>/close            s ------ ------ ------ ------ --!!!- ------ ------ --
GET  /admin/directory/units/<unit_id>/closing-days     s ------ ------ ------ ------ --ooo- ------ ------ --
POST /admin/directory/units/<unit_id>/closing-days     s ------ ------ ------ ------ --ooo- ------ ------ --
GET  /admin/health                                     s ------ ------ ------ ------ oooooo ------ ------ --
POST /admin/health/letters/<letter_id>/again           s ------ ------ ------ ------ ...... ------ ------ --
GET  /admin/incidents                                  s ------ ------ ------ ------ oooooo ------ ------ --
POST /admin/incidents/<incident_id>/retry              s ------ ------ ------ ------ >>>>>> ------ ------ --
GET  /admin/links/                                     s ------ ------ ------ ------ oooooo ------ ------ --
GET  /admin/links/<link_id>                            s ------ ------ ------ ------ ------ ------ ------ --
POST /admin/links/<link_id>                            s ------ ------ ------ ------ ------ ------ ------ --
POST /admin/links/<link_id>/retire                     s ------ ------ ------ ------ ------ ------ ------ --
GET  /admin/links/new                                  s ------ ------ ------ ------ oooooo ------ ------ --
POST /admin/links/new                                  s ------ ------ ------ ------ !!!!!! ------ ------ --
GET  /admin/links/publishers/<publisher_id>            s ------ ------ ------ ------ ------ ------ ------ --
POST /admin/links/publishers/<publisher_id>            s ------ ------ ------ ------ ------ ------ ------ --
GET  /admin/retention                                  s ------ ------ ------ oooooo oooooo ------ ------ --
GET  /admin/retention/disposals/<disposal_id>          s ...... ...... ...... oo.... oo.... ...... ...... ..
POST /admin/retention/disposals/<disposal_id>/approve  s ------ ------ ------ >>---- >>---- ------ ------ --
POST /admin/retention/disposals/<disposal_id>/archived  s ...... ...... ...... !!.... !!.... ...... ...... ..
POST /admin/retention/disposals/<disposal_id>/archives/<case_id>  s ...... ...... ...... oo.... oo.... ...... ...... ..
GET  /admin/retention/disposals/<disposal_id>/certificate.pdf  s ...... ...... ...... ...... ...... ...... ...... ..
GET  /admin/retention/disposals/<disposal_id>/print    s ...... ...... ...... ...... ...... ...... ...... ..
POST /admin/retention/disposals/<disposal_id>/refuse   s ------ ------ ------ >>---- >>---- ------ ------ --
POST /admin/retention/holds                            s ------ ------ ------ ...... ...... ------ ------ --
POST /admin/retention/holds/<hold_id>/end              s ------ ------ ------ --.... !!.... ------ ------ --
POST /admin/retention/propose                          s ------ ------ ------ ...... ...... ------ ------ --
GET  /admin/runs/<instance_id>/correct                 s ------ ------ ------ oooooo ------ ------ ------ --
POST /admin/runs/<instance_id>/correct                 s ------ ------ ------ !!!!!! ------ ------ ------ --
POST /admin/runs/<instance_id>/files                   s ------ ------ ------ !!!!!! ------ ------ ------ --
GET  /admin/signing-in                                 s ------ ------ ------ ------ oooooo ------ ------ --
POST /admin/signing-in                                 s ------ ------ ------ ------ ------ ------ ------ --
POST /admin/signing-in/password                        s ------ ------ ------ ------ oo---- ------ ------ --
POST /admin/signing-in/person                          s ------ ------ ------ ------ oooooo ------ ------ --
POST /admin/signing-in/reset                           s ------ ------ ------ ------ >>---- ------ ------ --
GET  /admin/versions                                   s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /admin/versions/<bundle_hash>.zip                 s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /admin/versions/<bundle_hash>/cases               s ------ ------ ------ oooooo oooooo ------ ------ --
GET  /attachments/<attachment_id>                      s o.o... o.o... o.o... ...... ...... ...... ...... ..
POST /attachments/<attachment_id>/remove               s !.!... !.!... !.!... ...... ...... ...... ...... ..
GET  /cases                                            s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /cases/<case_id>                                  s o.ooo. o.ooo. o.ooo. ...... ...... ...... ...... oo
POST /cases/<case_id>/attachments                      s !.!--. !.!--. !.!--. ...... ...... ...... ...... ..
GET  /cases/<case_id>/consent                          s o.o--. o.o--. o.o--. ...... ...... ...... ...... ..
GET  /cases/<case_id>/data                             s o.ooo. o.ooo. o.ooo. ...... ...... ...... ...... oo
GET  /cases/<case_id>/deviation.csv                    s ...... ...... ...... ...... ...... ...... ...... ..
GET  /cases/<case_id>/deviation.json                   s ...... ...... ...... ...... ...... ...... ...... ..
GET  /cases/<case_id>/diagram/<process_id>.bpmn        s o.o... o.o... o.o... ...... ...... ...... ...... ..
POST /cases/<case_id>/links                            s >.---. >.---. >.---. ...... ...... ...... ...... ..
POST /cases/<case_id>/links/<case_link_id>/remove      s ..---. ..---. ..---. ...... ...... ...... ...... ..
POST /cases/<case_id>/notes                            s >.---. >.---. >.---. ...... ...... ...... ...... ..
GET  /cases/<case_id>/forms/<paper>.pdf                s o.o... o.o... o.o... ...... ...... ...... ...... ..
POST /cases/<case_id>/forms/<paper>                    s >.>... >.>... >.>... ...... ...... ...... ...... ..
GET  /cases/<case_id>/meetings/<meeting_id>.ics        s ...... ...... ...... ...... ...... ...... ...... ..
GET  /cases/<case_id>/own                              s o.---. o.---. o.---. ...... ...... ...... ...... ..
POST /cases/<case_id>/own                              s !.---. !.---. !.---. ...... ...... ...... ...... ..
POST /cases/<case_id>/own/<invitation_id>/take-back    s ..---. ..---. ..---. ...... ...... ...... ...... ..
GET  /cases/<case_id>/places/<process_id>.json         s o.o... o.o... o.o... ...... ...... ...... ...... ..
GET  /cases/<case_id>/plan                             s o.o... o.o... o.o... ...... ...... ...... ...... ..
GET  /cases/<case_id>/plan/changes                     s ...... ...... ...... ...... ...... ...... ...... ..
GET  /cases/<case_id>/plan/print                       s o.o... o.o... o.o... ...... ...... ...... ...... ..
GET  /cases/<case_id>/protection                       s o.---. o.---. o.---. ...... ...... ...... ...... ..
POST /cases/<case_id>/protection                       s !.---. !.---. !.---. ...... ...... ...... ...... ..
GET  /cases/<case_id>/readers                          s -.---. -.---. o.---. ...... ...... ...... ...... o-
GET  /cases/<case_id>/start/<what>                     s o..... o..... o..... ...... ...... ...... ...... ..
POST /cases/<case_id>/start/<what>                     s !..... !..... !..... ...... ...... ...... ...... ..
GET  /cases/<case_id>/start/<what> written             s o.ooo. o.ooo. o.ooo. ...... ...... ...... ...... oo
POST /cases/<case_id>/start/<what> written             s !.!!!. !.!!!. !.!!!. ...... ...... ...... ...... !!
POST /cases/<case_id>/start/<what>/refresh             s o..... o..... o..... ...... ...... ...... ...... ..
POST /cases/<case_id>/start/<what>/refresh written     s o.ooo. o.ooo. o.ooo. ...... ...... ...... ...... oo
POST /cases/search                                     s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /documents/<document_id>                          s o.o... o.o... o.o... ...... ...... ...... ...... ..
GET  /documents/<document_id> written                  s o..... o..... o..... ...... ...... ...... ...... ..
GET  /deviations                                       s ------ ------ oooooo ------ ------ ------ ------ oo
GET  /deviations.<any(csv, json, pdf):ending>          s ------ ------ oooooo ------ ------ ------ ------ oo
GET  /deviations/report.pdf                            s ------ ------ oooooo ------ ------ ------ oooooo oo
GET  /figures                                          s ------ ------ oooooo ------ ------ ------ oooooo oo
GET  /figures.csv                                      s ------ ------ ------ ------ ------ ------ oooooo --
GET  /figures/measure.csv                              s ------ ------ oooooo ------ ------ ------ oooooo oo
GET  /figures/measure.xlsx                             s ------ ------ oooooo ------ ------ ------ oooooo oo
GET  /figures/routine                                  s ------ ------ oooooo ------ ------ ------ oooooo oo
GET  /figures/routine/<process_id>.bpmn                s ------ ------ oooooo ------ ------ ------ oooooo oo
GET  /figures/routine/<process_id>.json                s ------ ------ oooooo ------ ------ ------ oooooo oo
GET  /figures/routine/step/<element_id>                s ------ ------ oooooo ------ ------ ------ ...... oo
POST /documents/<document_id>/deliveries               s >.>... >.>... >.>... ...... ...... ...... ...... ..
POST /documents/<document_id>/deliveries written       s >..... >..... >..... ...... ...... ...... ...... ..
GET  /documents/<document_id>/paper.pdf                s ...... ...... ...... ...... ...... ...... ...... ..
GET  /documents/<document_id>/paper.pdf written        s ...... ...... ...... ...... ...... ...... ...... ..
GET  /handed-in/<handed_in_id>/correct                 s ...... ...... ...... ...... ...... ...... ...... ..
POST /handed-in/<handed_in_id>/correct                 s ...... ...... ...... ...... ...... ...... ...... ..
GET  /handed-in/<handed_in_id>/correct written         s o..--. o..--. o..--. ...... ...... ...... ...... ..
POST /handed-in/<handed_in_id>/correct written         s !..--. !..--. !..--. ...... ...... ...... ...... ..
GET  /help                                             o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /instructions/                                    s oooooo oooooo oooooo ...... ...... ...... ...... oo
GET  /instructions/<instruction_id>/file               s ...... ...... ...... ...... ...... ...... ...... ..
GET  /instructions/units/<unit_id>                     s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /instructions/units/<unit_id>                     s ------ ------ ---!-- ------ --!!!- ------ ------ -!
GET  /kept                                             s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
POST /kept/<form_id>/drop                              s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /log/                                             s ------ ------ ------ ------ ------ oooooo ------ --
POST /log/                                             s ------ ------ ------ ------ ------ >>>>>> ------ --
GET  /log/extract                                      s ------ ------ ------ ------ ------ oooooo ------ --
POST /log/extract                                      s ------ ------ ------ ------ ------ !!!!!! ------ --
GET  /log/reviews                                      s ------ ------ ------ ------ ------ oooooo ------ --
POST /log/reviews                                      s ...... ...... ...... ...... ...... ...... ...... ..
GET  /log/reviews/<case_id>                            s ------ ------ ------ ------ ------ ...... ------ --
GET  /log/signs                                        s ------ ------ ------ ------ ------ oooooo ------ --
GET  /monitor                                          s ------ ------ oooooo ------ ------ ------ ------ oo
GET  /monitor/act                                      s ------ ------ oooooo ------ ------ ------ ------ oo
POST /monitor/act                                      s ------ ------ !!!!!! ------ ------ ------ ------ !!
POST /monitor/filters                                  s ------ ------ >>>>>> ------ ------ ------ ------ >>
POST /monitor/filters/<filter_id>/remove               s ------ ------ ...... ------ ------ ------ ------ ..
GET  /monitor/board.csv                                s ------ ------ oooooo ------ ------ ------ ------ oo
GET  /monitor/board.xlsx                               s ------ ------ oooooo ------ ------ ------ ------ oo
GET  /monitor/now                                      s ------ ------ oooooo ------ ------ ------ ------ oo
GET  /monitor/steps/<task_id>                          s ------ ------ o>>o>> ------ ------ ------ ------ oo
GET  /monitor/steps/<task_id> written                  s ------ ------ >>>>>> ------ ------ ------ ------ >>
POST /monitor/undo/<batch_id>                          s ...... ...... ...... ...... ...... ...... ...... ..
GET  /own/                                             > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /own/ask                                          o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /own/ask                                          ! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!
GET  /own/ask/done                                     o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /own/cases/<case_id>/meetings/<meeting_id>.ics     > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /own/cases/<case_id>/plan/<int:version>            > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /own/cases/<case_id>/prepare                       > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
POST /own/cases/<case_id>/prepare                       > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
POST /own/cases/<case_id>/prepare/draft                 > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /own/cases/<case_id>/propose                       > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
POST /own/cases/<case_id>/propose                       > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /own/cases/<case_id>/readers                       > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /own/cases/<case_id>/take-back                     > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
POST /own/cases/<case_id>/take-back                     > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /own/cases/<case_id>/taken-back/<withdrawal_id>    > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /own/papers/<attachment_id>                       > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /own/sign-in                                      o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /own/sign-in                                      s ssssss ssssss ssssss ssssss ssssss ssssss ssssss ss
POST /own/sign-out                                     > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /plans                                            s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /privacy                                          o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /requests                                         s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /requests/<request_id>/take                       s ...... ...... ...... ...... ...... ...... ...... ..
GET  /routines/                                        s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /routines/<process_id>                            s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /routines/<process_id>/read                       s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /routines/<process_id>/versions/<bundle_hash>     s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /reported/<case_id>                               s ...... ...... ...... ...... ...... ...... ...... ..
GET  /reported/<case_id>/deviation.csv                 s ...... ...... ...... ...... ...... ...... ...... ..
GET  /reported/<case_id>/deviation.json                s ...... ...... ...... ...... ...... ...... ...... ..
GET  /sign-in                                          o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /sign-in                                          s ssssss ssssss ssssss ssssss ssssss ssssss ssssss ss
GET  /sign-in/again                                    s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /sign-in/again                                    s ssssss ssssss ssssss ssssss ssssss ssssss ssssss ss
GET  /sign-in/second                                   > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
POST /sign-in/second                                   > >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /sign-in/with/<provider>                          . ...... ...... ...... ...... ...... ...... ...... ..
GET  /sign-in/with/<provider>/back                     . ...... ...... ...... ...... ...... ...... ...... ..
POST /sign-out                                         s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /start                                            s oooooo oooooo oooooo ...... ...... ...... ...... oo
POST /start                                            s oooooo oooooo oooooo ...... ...... ...... ...... oo
POST /start/anyway                                     s !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!
POST /start/case                                       s !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!
GET  /static/<path:filename>                           o oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /studio/                                          s ------ ------ ------ oooooo oooooo ------ ------ --
POST /studio/drafts                                    s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/drafts/<draft_id>/                        s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/add                     s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/drafts/<draft_id>/base                    s ------ ------ ------ ...... ------ ------ ------ --
GET  /studio/drafts/<draft_id>/changes                 s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/changes/drawing.bpmn    s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/changes/places.json     s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/drafts/<draft_id>/changes/read            s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/drafts/<draft_id>/conflicts               s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/drafts/<draft_id>/conflicts/<conflict_id>  s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/drafts/<draft_id>/diagram                 s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/drawing                 s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/drafts/<draft_id>/drawing                 s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/expert                  s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/drafts/<draft_id>/export                  s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/export.zip              s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/export/file             s ------ ------ ------ ...... ------ ------ ------ --
GET  /studio/drafts/<draft_id>/export/print            s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/findings                s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/findings/list           s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/drafts/<draft_id>/findings/mend           s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/give-up                 s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/drafts/<draft_id>/list                    s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/parts                   s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/parts/content           s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/drafts/<draft_id>/parts/content           s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/parts/file              s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/drafts/<draft_id>/parts/form              s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/drafts/<draft_id>/parts/page.png          s ------ ------ ------ !!!!!! ------ ------ ------ --
POST /studio/drafts/<draft_id>/parts/settings          s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/parts/table             s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/parts/text              s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/drafts/<draft_id>/play                    s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/drafts/<draft_id>/play                    s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/drafts/<draft_id>/presence                s ------ ------ ------ oooooo ------ ------ ------ --
GET  /studio/drafts/<draft_id>/publish                 s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/drafts/<draft_id>/publish/ask             s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/publish/call-off        s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/publish/decide          s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/publish/renew           s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/publish/take-back       s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/publish/take-in         s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/publish/try             s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/redo                    s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/drafts/<draft_id>/step                    s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/drafts/<draft_id>/steps/<element_id>      s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/steps/<element_id>/move  s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/steps/<element_id>/remove  s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/take-up                 s ------ ------ ------ >>>>>> ------ ------ ------ --
POST /studio/drafts/<draft_id>/undo                    s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/new                                       s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/new/empty                                 s ------ ------ ------ !!!!!! ------ ------ ------ --
POST /studio/new/files                                 s ------ ------ ------ !!!!!! ------ ------ ------ --
POST /studio/new/variant                               s ------ ------ ------ !!!!!! ------ ------ ------ --
GET  /studio/routines/<process_id>/base                s ------ ------ ------ ...... ...... ------ ------ --
GET  /studio/routines/<process_id>/compare             s ------ ------ ------ oooooo oooooo ------ ------ --
GET  /studio/routines/<process_id>/withdrawal          s ------ ------ ------ oooooo ------ ------ ------ --
POST /studio/routines/<process_id>/withdrawal          s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /studio/versions/<bundle_hash>                    s ------ ------ ------ oooooo oooooo ------ ------ --
GET  /studio/versions/<bundle_hash>/file               s ...... ...... ...... ...... ...... ...... ...... ..
POST /studio/versions/<bundle_hash>/return             s ------ ------ ------ >>>>>> ------ ------ ------ --
GET  /tasks                                            s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
GET  /tasks/<task_id>                                  s o..o.. o..o.. o..o.. ...... ...... ...... ...... .o
POST /tasks/<task_id>                                  s !..!.. !..!.. !..!.. ...... ...... ...... ...... ..
GET  /tasks/<task_id> written                          s >..... >..... >..... ...... ...... ...... ...... >.
POST /tasks/<task_id> written                          s !..... !..... !..... ...... ...... ...... ...... !.
POST /tasks/<task_id>/claim                            s ...>.. ...>.. ...>.. ...... ...... ...... ...... ..
POST /tasks/<task_id>/claim written                    s !..... !..... !..... ...... ...... ...... ...... !.
POST /tasks/<task_id>/draft                            s ...o.. ...o.. ...o.. ...... ...... ...... ...... .o
POST /tasks/<task_id>/draft written                    s o..... o..... o..... ...... ...... ...... ...... o.
GET  /tasks/<task_id>/reassign                         s ...o.. ...o.. ...o.. ...... ...... ...... ...... .o
POST /tasks/<task_id>/reassign                         s ...... ...... ...... ...... ...... ...... ...... ..
GET  /tasks/<task_id>/reassign written                 s o..... o..... o..... ...... ...... ...... ...... o.
POST /tasks/<task_id>/reassign written                 s !..... !..... !..... ...... ...... ...... ...... !.
POST /tasks/<task_id>/refresh                          s o..o.. o..o.. o..o.. ...... ...... ...... ...... .o
POST /tasks/<task_id>/refresh written                  s o..... o..... o..... ...... ...... ...... ...... o.
POST /tasks/<task_id>/release                          s ...-.. ...-.. ...>.. ...... ...... ...... ...... .>
POST /tasks/<task_id>/release written                  s !..... !..... !..... ...... ...... ...... ...... !.
GET  /tasks/<task_id>/why                              s o.oo.. o.oo.. o.oo.. ...... ...... ...... ...... .o
GET  /tasks/<task_id>/why written                      s o.o... o.o... o.o... ...... ...... ...... ...... o.
POST /tasks/search                                     s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /training/                                        s oooooo oooooo oooooo oooooo oooooo oooooo oooooo oo
POST /training/<course_id>                             s !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!!!!! !!
POST /training/<course_id>/take-back                   s >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>>>>> >>
GET  /units                                            s ------ ------ oooooo ------ ------ ------ ------ oo
GET  /units/cases/<case_id>/reader                     s ------ ------ ------ ------ ------ ------ ------ --
POST /units/cases/<case_id>/reader                     s ------ ------ ------ ------ ------ ------ ------ --
GET  /units/knowledge                                  s ------ ------ oooooo ------ ------ ------ ------ oo
"""
LETTERS = {200: "o", 302: ">", 303: ">", 400: "!", 409: "!", 422: "!", 401: "s", 403: "-", 404: "."}
UNCHANGED = frozenset("s-.")


@pytest.fixture(scope="module")
def peopled(begun: Begun) -> Iterator[tuple[Site, Path]]:
    """The site with one person of each kind, and the file that it begins as."""
    with databases.room() as folder, copied(begun.template, folder, begun.like) as site:
        kinds.add(site.world.engine)
        site.world.engine.dispose()
        site.app.extensions["samordna"].engine.dispose()
        template = folder / "template.sqlite3"
        template.write_bytes((folder / "site.sqlite3").read_bytes())
        site.as_it_was(template)
        yield site, template


def rows() -> dict[tuple[str, str], str]:
    """(method, address) -> the letters without their spaces."""
    found = {}
    for line in TABLE.strip().splitlines():
        if line.startswith("#"):
            continue
        method, rest = line.split(maxsplit=1)
        address, _, letters = rest.partition("  ")
        found[method, address] = "".join(letters.split())
    return found


def letter(answer: TestResponse) -> str:
    """What the person met; being sent to sign in first is no page."""
    if answer.status_code in (302, 303) and re.search(r"/sign-in\?(next|kept)=", answer.headers["Location"]):
        return "s"
    return LETTERS[answer.status_code]


def met(
    site: Site, template: Path, person: str, readable: frozenset[str]
) -> tuple[dict[tuple[str, str], str], list[str]]:
    """What that person meets at every address, and the planted words that were told although they may not be read."""
    client, found, leaks = site.client(person), {}, []
    for method, name, address in list(addresses(site)):
        answer = client.open(address, method=method, data=FORM if method == "POST" else None)
        found[method, name] = letter(answer)
        told = text_of(answer)
        leaks += [
            word for word, category in site.planted.items() if category not in readable and word in told
        ]
        answer.close()
        if method == "POST" and found[method, name] not in UNCHANGED:
            site.as_it_was(template)
            client = site.client(person)
    return found, leaks


@dataclass(frozen=True)
class Column:
    """Somebody in the table: the user name, and the categories of the case that they may read."""

    user_name: str
    readable: frozenset[str]


def columns(everything: frozenset[str]) -> Iterator[Column]:
    """Those in the table, from left to right."""
    yield Column("", frozenset())
    for role in kinds.ROLES:
        in_care = role in ("staff", "coordinator", "manager")
        for relation in kinds.RELATIONS:
            opened = {"own": everything, "consent": OPENED}.get(relation, frozenset())
            yield Column(kinds.named(role, relation), opened if in_care else frozenset())
    yield Column("birgitta_v", frozenset())
    yield Column("lars", frozenset())


PLACES = {one.user_name or "nobody": place for place, one in enumerate(columns(frozenset()))}


@pytest.mark.parametrize("name", PLACES)
def test_each_kind_of_person_meets_what_the_table_says_and_no_word_that_is_not_theirs(
    peopled: tuple[Site, Path], name: str
) -> None:
    site, template = peopled
    site.as_it_was(template)
    one = list(columns(frozenset(site.planted.values())))[PLACES[name]]
    found, leaks = met(site, template, one.user_name, one.readable)
    assert found == {key: letters[PLACES[name]] for key, letters in rows().items()}
    assert leaks == []
