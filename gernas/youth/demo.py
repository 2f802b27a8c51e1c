"""The youth programme of the running example's stop in Lampung, all of it made up.

The kick-off lies weeks back, so its shifts have hours; the peak event lies ahead, so its shifts
have free places. Between them members help businesses of the stop.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy import select

from gernas.accounts.models import User
from gernas.businesses.models import Business
from gernas.campaigns.models import Stop
from gernas.core.clock import today_in
from gernas.core.database import db
from gernas.events.models import Event, EventKind
from gernas.youth.demo_people import MEMBERS, ORGANISATIONS, DemoMember
from gernas.youth.members.values import (
    GuardianValues,
    MemberValues,
    OrganisationValues,
    ProgrammeValues,
)
from gernas.youth.models import (
    AssignedBy,
    Assignment,
    Attendance,
    GuardianAnswer,
    JoinedBy,
    Member,
    OrganisationKind,
    Shift,
    ShiftKind,
    ShiftNeed,
    TaskKind,
    YouthConsentPurpose,
    YouthOrganisation,
    YouthProgramme,
)
from gernas.youth.queries import find_programme
from gernas.youth.services.assisting import Wish, start_assistance, wish_for_help
from gernas.youth.services.certifying import issue_by_rule
from gernas.youth.services.consents import note_consents
from gernas.youth.services.contents import ContentReport, add_content
from gernas.youth.services.guardians import answer_as_guardian, ask_guardian, note_call
from gernas.youth.services.joining import Extras, add_member
from gernas.youth.services.organisations import add_organisation
from gernas.youth.services.outside import HoursReport, report_hours
from gernas.youth.services.programme import add_programme, publish_programme, suggest_slug
from gernas.youth.services.shifts import add_shift
from gernas.youth.services.tasks import TaskReport, answer_report, report_task
from gernas.youth.shifts.values import ShiftValues

ABOUT = (
    "Anak muda membantu di acara, dan mendampingi usaha kecil berjualan lewat internet: membuka "
    "toko, memotret produk, memasang QRIS. Jam Anda dicatat, dan Anda mendapat sertifikat."
)
ABOUT_EN = (
    "Young people help at events, and help small businesses to sell online: opening a shop, taking "
    "photos, setting up QRIS. Your hours are recorded, and you get a certificate."
)
GUARDIANS_CALLED = 3  # of the minors; the last one's guardian has not answered
# Title, first and last hour, role and how many.
DAY_SHIFTS = (
    ("Meja pendaftaran, pagi", 7, 11, {"registration_desk": 4}),
    ("Pintu masuk, pagi", 7, 11, {"gate_crew": 4}),
    ("Bantu stan, pagi", 8, 12, {"exhibitor_helper": 6, "translator": 1}),
    ("Meja pendaftaran, siang", 12, 16, {"registration_desk": 3, "gate_crew": 3}),
    ("Dokumentasi", 9, 15, {"documentation": 2, "content_creator": 2}),
    ("Bantu stan, sore", 16, 20, {"exhibitor_helper": 5}),
)
HELPED = (  # what was done for a business, how often
    ((TaskKind.MARKETPLACE_SHOP, 1), (TaskKind.PRODUCT_PHOTOS, 14), (TaskKind.DESCRIPTIONS, 9)),
    ((TaskKind.QRIS, 1), (TaskKind.MAP_ENTRY, 1), (TaskKind.FIRST_ONLINE_ORDER, 1)),
    ((TaskKind.PRODUCT_PHOTOS, 8), (TaskKind.SHORT_VIDEO, 2)),
    ((TaskKind.MARKETPLACE_SHOP, 1), (TaskKind.LIVE_SELLING, 1)),
    ((TaskKind.ECATALOGUE_LISTING, 1), (TaskKind.DESCRIPTIONS, 4)),
    ((TaskKind.QRIS, 1),),
)
FIRST_NUMBER = 81_200_000_000  # of the made-up telephone numbers


def load_youth(stop: Stop, *, account: User | None) -> int:
    """Make the stop's programme with members, shifts and help, unless it is there.

    Inside a transaction, after the made-up businesses. The first member has the account. Returns
    the number of members.
    """
    if find_programme(stop) is not None:
        return 0
    values = ProgrammeValues(
        slug=suggest_slug(stop),
        about=ABOUT,
        about_en=ABOUT_EN,
        contact_name="Contoh, koordinator pemuda",
        contact_phone="+6281200000001",
        certificate_minutes=6 * 60,
    )
    programme = add_programme(stop, values, by=None, is_demo=True)
    publish_programme(programme, by=None)
    groups = [_add_group(stop, name, kind, city) for name, kind, city in ORGANISATIONS]
    members = [_add_member(programme, one, place, groups) for place, one in enumerate(MEMBERS)]
    members[0].user_id = account.id if account is not None else None
    _ask_guardians(members)
    kickoff, peak = (_find(stop, kind) for kind in (EventKind.KICKOFF, EventKind.HARVESTING))
    if kickoff is not None and kickoff.starts_on is not None:
        _work(_add_shifts(programme, kickoff), members)
    if peak is not None and peak.starts_on is not None:
        _begin_to_fill(_add_shifts(programme, peak), members)
    _help(programme, members, _list_businesses(stop))
    issue_by_rule(programme, by=None)
    return len(members)


def _add_group(stop: Stop, name: str, kind: OrganisationKind, city: str) -> YouthOrganisation:
    values = OrganisationValues(name=name, kind=kind, city=city, province_code=stop.province_code)
    return add_organisation(stop, values, by=None, is_demo=True)


def _add_member(
    programme: YouthProgramme,
    one: DemoMember,
    place: int,
    groups: Sequence[YouthOrganisation],
) -> Member:
    today = today_in(programme.zone)
    values = MemberValues(
        name=one.name,
        birth_date=today.replace(year=today.year - one.age, month=1, day=1 + place % 28),
        city=one.city,
        province_code=programme.stop.province_code,
        phone=f"+62{FIRST_NUMBER + 100 + place}",
        sex=one.sex,
        skills=list(one.skills),
    )
    extras = Extras(
        how=JoinedBy.ALONE if one.group is None else JoinedBy.GROUP,
        organisation=None if one.group is None else groups[one.group],
        helps_businesses=one.helps,
    )
    member = add_member(programme, values, extras, by=None, means="paper", is_demo=True).member
    if member is None:
        raise LookupError(one.name)
    if one.named:
        purposes = (YouthConsentPurpose.LEADERBOARD, YouthConsentPurpose.SHOW_NAME)
        note_consents(member, purposes, language="id", means="web", by=None)
    return member


def _ask_guardians(members: Sequence[Member]) -> None:
    minors = [one for one, told in zip(members, MEMBERS, strict=True) if told.age < 18]
    for place, member in enumerate(minors):
        values = GuardianValues(
            guardian_name=f"Ibu dari {member.name}",
            relation="mother",
            phone=f"+62{FIRST_NUMBER + 500 + place}",
        )
        consent = ask_guardian(member, values, by=None)
        if place < GUARDIANS_CALLED:
            answer_as_guardian(consent, GuardianAnswer.GIVEN, language="id")
            note_call(member, note="Ditelepon, ibunya setuju (contoh).", by=None)


def _find(stop: Stop, kind: EventKind) -> Event | None:
    rows = select(Event).where(Event.stop_id == stop.id, Event.kind == kind)
    return db.session.scalars(rows.order_by(Event.starts_on)).first()


def _add_shifts(programme: YouthProgramme, event: Event) -> list[Shift]:
    """The shifts of each day of an event, and of the build-up the day before."""
    roles = {role.code: role.id for role in programme.roles}
    first, last = event.starts_on or date.max, event.last_day or date.max
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    shifts = [
        _add(programme, event, day, title, hours=(starts, ends), wanted=_by_id(wanted, roles))
        for day in days
        for title, starts, ends, wanted in DAY_SHIFTS
    ]
    build_up = _by_id({"exhibitor_helper": 4}, roles)
    day = first - timedelta(days=1)
    kind = ShiftKind.BUILD_UP
    tent = _add(programme, event, day, "Pasang stan", hours=(13, 18), wanted=build_up, kind=kind)
    return [*shifts, tent]


def _by_id(wanted: dict[str, int], roles: dict[str, int]) -> dict[int, int]:
    return {roles[code]: number for code, number in wanted.items() if code in roles}


def _add(
    programme: YouthProgramme,
    event: Event,
    day: date,
    title: str,
    *,
    hours: tuple[int, int],
    wanted: dict[int, int],
    kind: ShiftKind = ShiftKind.ORDINARY,
) -> Shift:
    values = ShiftValues(
        event_id=event.id,
        title=title,
        kind=kind,
        place="Tenda panitia",
        day=day,
        starts=time(hours[0]),
        ends=time(hours[1]),
        wanted=wanted,
    )
    return add_shift(programme, values, by=None, publish=True)


def _work(shifts: Sequence[Shift], members: Sequence[Member]) -> None:
    """Fill shifts that are over: nearly all came, some late, one not at all."""
    adults = [one for one, told in zip(members, MEMBERS, strict=True) if told.age >= 18]
    next_one = 0
    for shift in shifts:
        for need in shift.needs:
            for _place in range(need.wanted):
                member = adults[next_one % len(adults)]
                next_one += 1
                attendance = Attendance.PRESENT
                if next_one % 23 == 0:
                    attendance = Attendance.NO_SHOW
                elif next_one % 9 == 0:
                    attendance = Attendance.LATE
                _seat(need, shift, member, attendance)


def _seat(
    need: ShiftNeed, shift: Shift, member: Member, attendance: Attendance | None = None
) -> None:
    """Put a member into a shift, with hours if it is over; each only once."""
    there = select(Assignment.id).where(
        Assignment.shift_id == shift.id, Assignment.member_id == member.id
    )
    if db.session.scalar(there) is not None:
        return
    late = timedelta(minutes=25 if attendance == Attendance.LATE else 0)
    came = attendance in (Attendance.PRESENT, Attendance.LATE)
    db.session.add(
        Assignment(
            shift_id=shift.id,
            need_id=need.id,
            member_id=member.id,
            how=AssignedBy.MEMBER,
            taken_at=shift.starts_at - timedelta(days=9),
            attendance=attendance,
            arrived_at=shift.starts_at + late if came else None,
            left_at=shift.ends_at if came else None,
            minutes=int((shift.ends_at - shift.starts_at - late).total_seconds()) // 60
            if came
            else None,
        )
    )
    need.used += 1
    db.session.flush()


def _begin_to_fill(shifts: Sequence[Shift], members: Sequence[Member]) -> None:
    """Some took places at the peak event: one a day each, more than half is still free."""
    adults = [one for one, told in zip(members, MEMBERS, strict=True) if told.age >= 18]
    days: dict[date, int] = {}
    for shift in shifts:
        if shift.kind != ShiftKind.ORDINARY:
            continue
        day = shift.starts_at.date()
        for need in shift.needs:
            if need.role.skills or need.role.needs_approval:
                continue
            for _place in range(need.wanted // 2):
                taken = days.get(day, 0)
                if taken < len(adults):
                    _seat(need, shift, adults[taken])
                    days[day] = taken + 1


def _list_businesses(stop: Stop) -> list[Business]:
    rows = select(Business).where(
        Business.is_demo.is_(True),
        Business.province_code == stop.province_code,
        Business.merged_into_id.is_(None),
        Business.archived_at.is_(None),
    )
    return list(db.session.scalars(rows.order_by(Business.id).limit(len(HELPED) + 2)))


def _help(
    programme: YouthProgramme,
    members: Sequence[Member],
    businesses: Sequence[Business],
) -> None:
    """Pairs help businesses; most of what they report is confirmed, some waits for the owner."""
    helpers = [one for one, told in zip(members, MEMBERS, strict=True) if told.helps]
    yesterday = today_in(programme.zone) - timedelta(days=1)
    for place, (business, done) in enumerate(zip(businesses, HELPED, strict=False)):
        pair = [helpers[(2 * place) % len(helpers)], helpers[(2 * place + 1) % len(helpers)]]
        assistance = start_assistance(programme, business, pair, by=None)
        for turn, (kind, count) in enumerate(done):
            day = yesterday - timedelta(days=4 * turn + place)
            url = f"https://contoh.id/bukti/{place}-{turn}"
            report = TaskReport(kind=kind, done_on=day, count=count, evidence_url=url)
            task = report_task(assistance, pair[turn % 2], report)
            if place != 1 or turn == 0:
                answer_report(task, confirmed=True, by=None)
        hours = HoursReport(yesterday, 150, "Belajar memotret produk bersama pemilik")
        outside = report_hours(programme, pair[0], hours, assistance=assistance)
        if place % 2 == 0:
            answer_report(outside, confirmed=True, by=None)
        link = f"https://www.tiktok.com/@contoh/video/{7_200_000_000 + place}"
        content = ContentReport(link, yesterday, reach=400 + 350 * place, business=business)
        add_content(programme, pair[1], content)
    for business in businesses[len(HELPED) :]:
        wish = Wish("Kami ingin berjualan lewat internet.", [TaskKind.MARKETPLACE_SHOP])
        wish_for_help(programme, business, wish, by=None)
