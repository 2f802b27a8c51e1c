"""Who may open what, written out by hand: one line for every endpoint that is not for everyone."""

# administrator, campaign manager, stop manager, organizer, organizer of the event alone, viewer,
# viewer of the stop, nobody (signed in, no role), signed out

# + lets in, x refuses (403), 0 there is no such thing (404), > to the sign-in page. The rows are
# those of the first side; private feeds and devices are someone else's.
TABLE = """
                                     A C S O E V W N -
events.start                         + + + + + + + x >
campaigns.index                      + + + + + + + x >
campaigns.add                        + x x x x x x x >
campaigns.show                       + + 0 0 0 + 0 0 >
campaigns.edit                       + + 0 0 0 x 0 0 >
campaigns.publish                    + + 0 0 0 x 0 0 >
campaigns.withdraw                   + + 0 0 0 x 0 0 >
campaigns.archive                    + + 0 0 0 x 0 0 >
campaigns.restore                    + + 0 0 0 x 0 0 >
campaigns.indicators                 + + 0 0 0 + 0 0 >
campaigns.show_indicator             + + 0 0 0 + 0 0 >
campaigns.add_indicator_page         + + 0 0 0 x 0 0 >
campaigns.edit_indicator_page        + + 0 0 0 x 0 0 >
campaigns.remove_indicator_page      + + 0 0 0 x 0 0 >
campaigns.add_observation_page       + + 0 0 0 x 0 0 >
campaigns.edit_observation_page      + + 0 0 0 x 0 0 >
campaigns.remove_observation_page    + + 0 0 0 x 0 0 >
campaigns.add_stop_page              + + 0 0 0 x 0 0 >
campaigns.show_stop                  + + + + 0 + + 0 >
campaigns.edit_stop_page             + + + x 0 x x 0 >
campaigns.archive_stop_page          + + x x 0 x x 0 >
campaigns.restore_stop_page          + + x x 0 x x 0 >
planner.copy_campaign_page           + x 0 0 0 x 0 0 >
planner.copy_stop_page               + + x x 0 x x 0 >
events.roadshow                      + + 0 0 0 + 0 0 >
events.list_campaign_events          + + 0 0 0 + 0 0 >
events.print_campaign_events         + + 0 0 0 + 0 0 >
events.export_campaign_events        + + 0 0 0 + 0 0 >
events.add_to_campaign               + + 0 0 0 x 0 0 >
events.list_stop_events              + + + + 0 + + 0 >
events.print_stop_events             + + + + 0 + + 0 >
events.export_stop_events            + + + + 0 + + 0 >
events.add_to_stop                   + + + + 0 x x 0 >
events.show                          + + + + + + + 0 >
events.edit                          + + + + + x x 0 >
events.postpone                      + + + + + x x 0 >
events.cancel                        + + + + + x x 0 >
events.revive                        + + + + + x x 0 >
events.confirm                       + + + + + x x 0 >
events.archive                       + + + + + x x 0 >
events.restore                       + + + + + x x 0 >
events.copy                          + + + + + + + 0 >
events.add_to_agenda                 + + + + + x x 0 >
events.edit_agenda                   + + + + + x x 0 >
events.move_up                       + + + + + x x 0 >
events.move_down                     + + + + + x x 0 >
events.remove_from_agenda            + + + + + x x 0 >
events.restore_to_agenda             + + + + + x x 0 >
events.preview                       + + + + + x x x >
events.venues                        + + + + + + + x >
events.venue                         + + + + + + + x >
events.venue_choices                 + + + + + x x x >
events.new_venue                     + + + + + x x x >
events.change_venue                  + + + + + x x x >
events.put_venue_away                + + + + + x x x >
events.bring_venue_back              + + + + + x x x >
events.merge_venue                   + + + + + x x x >
core.components                      + + + + + + + x >
audit.index                          + + + x x x x x >
audit.print_entries                  + + + x x x x x >
people.index                         + + + x x x x x >
people.show                          + + + x x x x x >
people.invite                        + + + x x x x x >
people.invited                       + + + x x x x x >
people.resend                        + + + x x x x x >
people.withdraw                      + + + x x x x x >
people.end                           + + + x x x x x >
people.restore                       + + + x x x x x >
people.ask_release                   + + + x x x x x >
people.agree_release                 + + + x x x x x >
people.deactivate                    + x x x x x x x >
people.activate                      + x x x x x x x >
people.end_sessions                  + x x x x x x x >
people.end_session                   + x x x x x x x >
messages.index                       + x x x x x x x >
messages.show                        + x x x x x x x >
messages.retry                       + x x x x x x x >
account.mine                         + + + + + + + + >
account.profile                      + + + + + + + + >
account.email                        + + + + + + + + >
account.password                     + + + + + + + + >
account.factor                       + + + + + + + + >
account.recovery_codes               + + + + + + + + >
account.remove_factor                + + + + + + + + >
account.erase                        + + + + + + + + >
account.keep                         + + + + + + + + >
account.sessions                     + + + + + + + + >
account.end_one                      + + + + + + + + >
account.end_others                   + + + + + + + + >
booths.plan                          + + + + + + + 0 >
booths.zones                         + + + + + + + 0 >
booths.table                         + + + + + + + 0 >
booths.booths_csv                    + + + + + + + 0 >
booths.begin                         + + + + + x x 0 >
booths.settings                      + + + + + x x 0 >
booths.publish                       + + + + + x x 0 >
booths.withdraw                      + + + + + x x 0 >
booths.new_hall                      + + + + + x x 0 >
booths.change_hall                   + + + + + x x 0 >
booths.hall_up                       + + + + + x x 0 >
booths.hall_down                     + + + + + x x 0 >
booths.drop_hall                     + + + + + x x 0 >
booths.layout                        + + + + + x x 0 >
booths.backdrop                      + + + + + x x 0 >
booths.new_zone                      + + + + + x x 0 >
booths.change_zone                   + + + + + x x 0 >
booths.drop_zone                     + + + + + x x 0 >
booths.new_sponsor                   + + + + + x x 0 >
booths.change_sponsor                + + + + + x x 0 >
booths.drop_sponsor                  + + + + + x x 0 >
booths.draw                          + + + + + x x 0 >
booths.drawing_state                 + + + + + x x 0 >
booths.check_drawing                 + + + + + x x 0 >
booths.save_hall                     + + + + + x x 0 >
booths.change_many                   + + + + + x x 0 >
booths.bring_booths_back             + + + + + x x 0 >
booths.new_booth                     + + + + + x x 0 >
booths.change_booth                  + + + + + x x 0 >
booths.new_row                       + + + + + x x 0 >
booths.new_fixture                   + + + + + x x 0 >
booths.change_fixture                + + + + + x x 0 >
booths.drop_fixture                  + + + + + x x 0 >
booths.import_booths                 + + + + + x x 0 >
booths.terms                         + + + + + + + 0 >
booths.giving                        + + + + + + + 0 >
booths.edit_terms                    + + + + x x x 0 >
booths.remove_call                   + + + + + x x 0 >
booths.give                          + + + + + x x 0 >
booths.move                          + + + + + x x 0 >
booths.swap                          + + + + + x x 0 >
booths.release                       + + + + + x x 0 >
booths.fix                           + + + + + x x 0 >
booths.undo                          + + + + + x x 0 >
booths.exhibitors                    + + + + + x x 0 >
booths.edit_needs                    + + + + + x x 0 >
booths.new_group                     + + + + + x x 0 >
booths.change_group                  + + + + + x x 0 >
booths.drop_group                    + + + + + x x 0 >
booths.proposals                     + + + + + x x 0 >
booths.propose                       + + + + + x x 0 >
booths.proposal                      + + + + + x x 0 >
booths.proposal_progress             + + + + + x x 0 >
booths.accept                        + + + + + x x 0 >
booths.discard                       + + + + + x x 0 >
booths.undo_accepted                 + + + + + x x 0 >
booths.loading                       + + + + + + + 0 >
booths.add_times                     + + + + + x x 0 >
booths.change_capacity               + + + + + x x 0 >
booths.drop_time                     + + + + + x x 0 >
booths.give_time                     + + + + + x x 0 >
booths.take_time                     + + + + + x x 0 >
booths.papers                        + + + + + + + 0 >
booths.paper                         + + + + + + + 0 >
booths.export_all                    + + + + + + + 0 >
youth.shifts                         + + + + 0 x x 0 >
youth.print_shifts                   + + + + 0 x x 0 >
youth.new_shift                      + + + + 0 x x 0 >
youth.shift                          + + + + 0 x x 0 >
youth.change_shift                   + + + + 0 x x 0 >
youth.open_shift                     + + + + 0 x x 0 >
youth.hide_shift                     + + + + 0 x x 0 >
youth.drop_shift                     + + + + 0 x x 0 >
youth.open_drafts                    + + + + 0 x x 0 >
youth.move_all_shifts                + + + + 0 x x 0 >
youth.call_off_shift                 + + + + 0 x x 0 >
youth.copy_to_days                   + + + + 0 x x 0 >
youth.put_in_shift                   + + + + 0 x x 0 >
youth.take_off_shift                 + + + + 0 x x 0 >
youth.overview                       + + + + 0 + + 0 >
youth.export_members                 + + + + 0 + + 0 >
youth.start                          + + + + + x x x >
youth.organisations                  + + + + 0 x x 0 >
youth.new_organisation               + + + + 0 x x 0 >
youth.organisation                   + + + + 0 x x 0 >
youth.change_organisation            + + + + 0 x x 0 >
youth.new_join_link                  + + + + 0 x x 0 >
youth.put_organisation_away          + + + + 0 x x 0 >
youth.bring_organisation_back        + + + + 0 x x 0 >
youth.add_to_organisation            + + + + 0 x x 0 >
youth.add_members                    + + + + 0 x x 0 >
youth.erase_member                   + + + + 0 x x 0 >
youth.members                        + + + + 0 x x 0 >
youth.member                         + + + + 0 x x 0 >
youth.change_member                  + + + + 0 x x 0 >
youth.called                         + + + + 0 x x 0 >
youth.uncalled                       + + + + 0 x x 0 >
youth.paper_of                       + + + + 0 x x 0 >
youth.paper_file                     0 0 0 0 0 x x 0 >
youth.note                           + + + + 0 x x 0 >
youth.remove_member                  + + + + 0 x x 0 >
youth.take_member_back               + + + + 0 x x 0 >
youth.new_link                       + + + + 0 x x 0 >
youth.approve                        + + + + 0 x x 0 >
youth.begin                          + + + + 0 x x 0 >
youth.edit                           + + + + 0 x x 0 >
youth.publish                        + + + + 0 x x 0 >
youth.withdraw                       + + + + 0 x x 0 >
youth.roles                          + + + + 0 x x 0 >
youth.new_role                       + + + + 0 x x 0 >
youth.change_role                    + + + + 0 x x 0 >
youth.put_role_away                  + + + + 0 x x 0 >
youth.bring_role_back                + + + + 0 x x 0 >
youth.add_usual_roles                + + + + 0 x x 0 >
youth.report                         + + + + 0 + + 0 >
youth.report_rows                    + + + + 0 x x 0 >
youth.report_sheet                   + + + + 0 + + 0 >
youth.campaign_report                + + 0 0 0 + 0 0 >
youth.campaign_report_sheet          + + 0 0 0 + 0 0 >
youth.desk                           + + + + + x x 0 >
youth.scan                           + + + + + x x 0 >
youth.arrive                         + + + + + x x 0 >
youth.leave                          + + + + + x x 0 >
youth.miss                           + + + + + x x 0 >
youth.undo_scan_of                   + + + + + x x 0 >
youth.stand_in                       + + + + + x x 0 >
youth.send                           + + + + + x x 0 >
youth.hours                          + + + + 0 x x 0 >
youth.export_hours                   + + + + 0 x x 0 >
youth.member_hours                   + + + + 0 x x 0 >
youth.correct_hours                  + + + + 0 x x 0 >
youth.drop_hours_correction          + + + + 0 x x 0 >
youth.suggestions                    + + + + 0 x x 0 >
youth.ask_suggestion                 + + + + 0 x x 0 >
youth.suggestion                     + + + + 0 x x 0 >
youth.suggestion_progress            + + + + 0 x x 0 >
youth.accept_suggested               + + + + 0 x x 0 >
youth.discard_suggested              + + + + 0 x x 0 >
youth.undo_suggested                 + + + + 0 x x 0 >
youth.assistances                    + + + + 0 x x 0 >
youth.assistance                     + + + + 0 x x 0 >
youth.assistance_evidence            0 0 0 0 0 x x 0 >
youth.start_help                     + + + + 0 x x 0 >
youth.edit_wish                      + + + + 0 x x 0 >
youth.let_help                       + + + + 0 x x 0 >
youth.end_help_of                    + + + + 0 x x 0 >
youth.let_help_again                 + + + + 0 x x 0 >
youth.answer_for_owner               + + + + 0 x x 0 >
youth.answer_hours                   + + + + 0 x x 0 >
youth.undo_hours                     + + + + 0 x x 0 >
youth.finish_help                    + + + + 0 x x 0 >
youth.end_help                       + + + + 0 x x 0 >
youth.reopen_help                    + + + + 0 x x 0 >
youth.renew_link                     + + + + 0 x x 0 >
youth.contents                       + + + + 0 x x 0 >
youth.remove_piece                   + + + + 0 x x 0 >
youth.restore_piece                  + + + + 0 x x 0 >
youth.certificates                   + + + + 0 x x 0 >
youth.certificate_rule               + + + + 0 x x 0 >
youth.issue_all                      + + + + 0 x x 0 >
youth.issue_one                      + + + + 0 x x 0 >
youth.certificate_pdf                + + + + 0 x x 0 >
youth.revoke                         + + + + 0 x x 0 >
youth.restore_revoked                + + + + 0 x x 0 >
youth.renew                          + + + + 0 x x 0 >
youth.print_all                      + + + + 0 x x 0 >
youth.certificate_print              + + + + 0 x x 0 >
youth.printed                        0 0 0 0 0 x x 0 >
businesses.index                     + + + + + + + x >
businesses.export_xlsx               + + + + + + + x >
businesses.export_csv                + + + + + + + x >
businesses.export_contacts           + + + + + x x x >
businesses.add                       + + + + + x x x >
businesses.twins                     + + + + + x x x >
businesses.merges                    + + + + + x x x >
businesses.import_list               + + + + + x x x >
businesses.import_template           + + + + + x x x >
businesses.show                      + + 0 0 0 + 0 x >
businesses.edit                      + + 0 0 0 x x x >
businesses.verify                    + + 0 0 0 x x x >
businesses.unverify                  + + 0 0 0 x x x >
businesses.archive                   + + 0 0 0 x x x >
businesses.restore                   + + 0 0 0 x x x >
businesses.nik                       + + 0 0 0 x x x >
businesses.reveal_nik                + + 0 0 0 x x x >
businesses.remove_nik                + + 0 0 0 x x x >
businesses.consent                   + + 0 0 0 x x x >
businesses.end_consent               + + 0 0 0 x x x >
businesses.erase                     + + 0 0 0 x x x >
businesses.approve_certificate       + + 0 0 0 x x x >
businesses.disapprove_certificate    + + 0 0 0 x x x >
businesses.look_for_twins            + + 0 0 0 x x x >
businesses.compare                   + + 0 0 0 x x x >
businesses.split                     + + 0 0 0 x x x >
businesses.dismiss                   + + 0 0 0 x x x >
businesses.reopen                    + + 0 0 0 x x x >
businesses.new_product               + + 0 0 0 x x x >
businesses.change_product            + + 0 0 0 x x x >
businesses.put_product_away          + + 0 0 0 x x x >
businesses.bring_product_back        + + 0 0 0 x x x >
businesses.new_certificate           + + 0 0 0 x x x >
businesses.change_certificate        + + 0 0 0 x x x >
businesses.drop_certificate          + + 0 0 0 x x x >
businesses.certificate_file          + + 0 0 0 x x x >
businesses.new_channel               + + 0 0 0 x x x >
businesses.drop_channel              + + 0 0 0 x x x >
businesses.new_person                + + 0 0 0 x x x >
businesses.drop_person               + + 0 0 0 x x x >
businesses.import_one                + 0 0 0 0 x x x >
businesses.import_progress           + 0 0 0 0 x x x >
businesses.import_match              + 0 0 0 0 x x x >
businesses.import_take               + 0 0 0 0 x x x >
businesses.import_undo               + 0 0 0 0 x x x >
businesses.import_drop               + 0 0 0 0 x x x >
own_businesses.index                 + + + + + + + + >
own_businesses.add                   + + + + + + + + >
own_businesses.show                  + 0 0 0 0 0 0 0 >
own_businesses.edit                  + 0 0 0 0 0 0 0 >
own_businesses.accept                0 0 0 0 0 0 0 0 >
own_businesses.decline               0 0 0 0 0 0 0 0 >
own_businesses.consent               + 0 0 0 0 0 0 0 >
own_businesses.end_consent           + 0 0 0 0 0 0 0 >
own_businesses.nik                   + 0 0 0 0 0 0 0 >
own_businesses.remove_nik            + 0 0 0 0 0 0 0 >
own_businesses.download              + 0 0 0 0 0 0 0 >
own_businesses.consents              + 0 0 0 0 0 0 0 >
own_businesses.ask_erase             + 0 0 0 0 0 0 0 >
own_businesses.keep                  + 0 0 0 0 0 0 0 >
own_businesses.new_product           + 0 0 0 0 0 0 0 >
own_businesses.change_product        + 0 0 0 0 0 0 0 >
own_businesses.put_product_away      + 0 0 0 0 0 0 0 >
own_businesses.bring_product_back    + 0 0 0 0 0 0 0 >
own_businesses.new_certificate       + 0 0 0 0 0 0 0 >
own_businesses.change_certificate    + 0 0 0 0 0 0 0 >
own_businesses.drop_certificate      + 0 0 0 0 0 0 0 >
own_businesses.certificate_file      + 0 0 0 0 0 0 0 >
own_businesses.new_channel           + 0 0 0 0 0 0 0 >
own_businesses.drop_channel          + 0 0 0 0 0 0 0 >
own_businesses.new_person            + 0 0 0 0 0 0 0 >
own_businesses.drop_person           + 0 0 0 0 0 0 0 >
own_calendar.index                   + + + + + + + + >
own_calendar.add                     + + + + + + + + >
own_calendar.revoke                  0 0 0 0 0 0 0 0 >
"""

PUBLIC = """
site.home site.list_campaigns site.campaign site.stop site.list_events site.event site.calendars
site.about site.help site.privacy site.contact machines.robots machines.sitemap
calendars.site calendars.campaign calendars.stop calendars.event calendars.personal
follow.event follow.campaign follow.stop follow.sent follow.confirm follow.leave follow.leave_now
accounts.sign_in accounts.code accounts.new_code accounts.password accounts.factor accounts.forgot
accounts.forgot_sent accounts.new_password accounts.new_email accounts.invitation accounts.sign_out
events.file catalogue.index catalogue.show core.healthz core.readyz core.metrics static other_static
floor_plan.state floor_plan.show
"""


# Blueprints whose own tests say who may open what: tests/registrations/test_office_views.py and
# test_answer.py, whose addresses need calls and applications in many states, and
# tests/booths/test_choose_views.py,
# and tests/youth, likewise for members' own pages and links.
OWN_TABLES = frozenset({"registrations", "apply", "my_registrations", "exhibitor", "my_booth"})
OWN_TABLES |= {"youth_public", "my_youth"}


def expected() -> dict[str, str]:
    """The signs of each endpoint of ``TABLE``, in the order of ``COLUMNS``."""
    lines = [line.split() for line in TABLE.strip().splitlines()[1:]]
    return {name: "".join(signs) for name, *signs in lines}


def is_known(endpoint: str) -> bool:
    """Whether an endpoint (without the mark of its language) stands in one of the tables."""
    return endpoint in PUBLIC.split() or endpoint in expected()
