"""Papers: what is in them, to which scale, and that names are printed as they were typed."""

import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from gernas.booths.errors import PaperFailed
from gernas.booths.papers import typeset_process
from gernas.booths.papers.facts import (
    Facts,
    PaperBooth,
    PaperFixture,
    PaperHall,
    PaperZone,
    Shape,
)
from gernas.booths.papers.sheets import (
    BADGES_EACH,
    TEMPLATES,
    Paper,
    breakable,
    find_scale,
    make_code,
    make_data,
)
from gernas.booths.papers.typeset import FOLDER, FONTS, typeset

FOOD = PaperZone("A", "Makanan dan minuman", "red")
MAY_BREAK = "\N{ZERO WIDTH SPACE}"


def make_facts(*names: str | None) -> Facts:
    booths = tuple(
        PaperBooth(
            label=f"A{number:02}",
            shape=Shape(300 * number, 300, 300, 300),
            address=f"https://gernas.example.id/acara/puncak/denah?stan=A{number:02}",
            size="3 × 3 m",
            zone=FOOD,
            exhibitor=name,
        )
        for number, name in enumerate(names, 1)
    )
    gate = PaperFixture("gate", "Gerbang utama", Shape(1_000, 1_950, 400, 50))
    hall = PaperHall(name="Tenda utama", width=3_000, depth=2_000, fixtures=(gate,), booths=booths)
    return Facts(
        event="Lagawi Fest",
        when="22–24 Juni 2022",
        made="24 Juni 2022, 09.12 WIB",
        language="id",
        halls=(hall,),
        zones=(FOOD,),
    )


def read_pages(pdf: bytes) -> list[str]:
    """The text of each page, in one line."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [" ".join(page.extract_text().replace(MAY_BREAK, "").split()) for page in pages]


def pages_of(paper: Paper, facts: Facts) -> list[str]:
    return read_pages(typeset(TEMPLATES[paper], make_data(paper, facts)))


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize(
    "name",
    ['#read("x")', "*Tiga* _Saudara_ $x$ [a] \\ `b` @c", "#image(bytes(sys.inputs.data))"],
)
def test_what_looks_like_markup_is_printed_as_typed(
    english: Flask, paper: Paper, name: str
) -> None:
    text = " ".join(pages_of(paper, make_facts(name)))

    assert name.replace(" ", "") in text.replace(" ", "")


def test_the_same_holds_for_every_other_text(english: Flask) -> None:
    hostile = '#read("x")'
    booth = replace(
        make_facts("Kopi").halls[0].booths[0],
        note=hostile,
        contact=hostile,
        equipment=hostile,
        load_in=hostile,
        load_out=hostile,
        zone=PaperZone("A", hostile, "red"),
    )
    fixture = PaperFixture("other", hostile, Shape(0, 500, 900, 900))
    hall = replace(make_facts().halls[0], name=hostile, booths=(booth,), fixtures=(fixture,))
    facts = replace(make_facts(), event=hostile, when=hostile, halls=(hall,))

    counts = {paper: " ".join(pages_of(paper, facts)).count(hostile) for paper in Paper}

    assert counts[Paper.MANAGER] >= 8
    assert all(count >= 1 for count in counts.values())


def test_a_name_of_another_script_and_a_very_long_one_are_set(english: Flask) -> None:
    names = ("Łukasz Ñandú", "ꦏꦺꦴꦥꦶ", "X" * 200, "😀 Kopi")

    texts = [" ".join(pages_of(paper, make_facts(*names))) for paper in Paper]

    assert all("Łukasz Ñandú" in text for text in texts)


def test_a_sign_stands_on_a_page_of_its_own_and_says_who_and_where(english: Flask) -> None:
    first, second = pages_of(Paper.SIGNS, make_facts("Kopi Way Kanan", None))

    assert "A01" in first
    assert "Kopi Way Kanan" in first
    assert "A · Makanan dan minuman" in first
    assert "Lagawi Fest" in first
    assert "A02" in second
    assert "Kopi" not in second


def test_a_booth_has_three_badges_and_an_empty_one_none(english: Flask) -> None:
    text = " ".join(pages_of(Paper.BADGES, make_facts("Kopi", None, "Tapis")))

    assert text.count("Kopi") == text.count("Tapis") == BADGES_EACH == 3
    assert [number in text for number in ("1/3", "2/3", "3/3", "A02")] == [True] * 3 + [False]


def test_the_fascia_list_counts_the_letters_of_each_name(english: Flask) -> None:
    (text,) = pages_of(Paper.FASCIA, make_facts("Kopi Way Kanan", None))

    assert "1 name" in text
    assert re.search(r"A01 Kopi Way Kanan 3 × 3 m A 14", text)
    assert "A02" not in text


def test_the_hall_manager_sees_empty_booths_too(english: Flask) -> None:
    (text,) = pages_of(Paper.MANAGER, make_facts("Kopi", None))

    assert "2 booths, 1 with an exhibitor" in text
    assert "A02" in text


@pytest.mark.parametrize(
    ("paper", "page", "width", "scale"),
    [(Paper.PLAN_A3, (420, 297), 3_000, 100), (Paper.PLAN_A1, (841, 594), 12_000, 150)],
)
def test_the_plan_is_to_scale(
    english: Flask, paper: Paper, page: tuple[int, int], width: int, scale: int
) -> None:
    hall = replace(make_facts("Kopi").halls[0], width=width, depth=width * 2 // 3)
    data = make_data(paper, replace(make_facts(), halls=(hall,)))

    drawn = data["halls"][0]
    sheet = PdfReader(io.BytesIO(typeset("plan.typ", data))).pages[0]
    assert [round(float(side) / 72 * 25.4) for side in sheet.mediabox[2:]] == list(page)
    assert drawn["scale_words"] == f"Scale 1:{scale}"
    assert drawn["width"] == width * 10 / scale
    assert drawn["booths"][0]["width"] == 300 * 10 / scale
    assert drawn["bar"] * scale == int(drawn["bar_words"][:-2]) * 1_000


@pytest.mark.parametrize(("width", "depth"), [(100, 100), (3_000, 2_000), (100_000, 100_000)])
def test_any_hall_fits_onto_its_sheet(width: int, depth: int) -> None:
    hall = PaperHall(name="Aula", width=width, depth=depth)

    scale = find_scale(hall, (420, 297))

    assert width * 10 / scale <= 420 - 24
    assert depth * 10 / scale <= 297 - 24


def test_a_paper_without_halls_or_exhibitors_is_made_all_the_same(english: Flask) -> None:
    for paper in Paper:
        assert pages_of(paper, make_facts(None))
        assert typeset(TEMPLATES[paper], make_data(paper, replace(make_facts(), halls=())))


def test_a_code_leads_where_it_says() -> None:
    address = "https://gernas.example.id/acara/puncak/denah?stan=A01"

    code = make_code(address)

    assert code.startswith("<svg")
    assert code == make_code(address)
    assert code != make_code(address + "0")


def test_long_words_may_break_and_short_ones_may_not() -> None:
    assert breakable("Keripik pisang kepok") == "Keripik pisang kepok"
    assert breakable("x" * 30).replace(MAY_BREAK, "") == "x" * 30
    assert MAY_BREAK in breakable("x" * 30)


def test_templates_hold_no_words_load_nothing_and_lie_alone_in_their_folder() -> None:
    templates = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}

    assert {Path(name).suffix for name in templates} == {".typ"}
    assert set(TEMPLATES.values()) <= templates.keys()
    for text in templates.values():
        code = re.sub(r"//.*", "", text)
        assert not re.search(r"\b(eval|read|plugin|csv|yaml|toml|xml|cbor)\s*\(", code)
        assert "@preview" not in text
        assert set(re.findall(r"#import (\S+)", code)) <= {'"look.typ":'}


def test_the_fonts_are_there() -> None:
    assert sorted(path.name for path in FONTS.glob("*.ttf")) == [
        "jakarta-latin-ext.ttf",
        "jakarta-latin.ttf",
    ]


def test_what_cannot_be_made_is_told_in_words(english: Flask) -> None:
    with pytest.raises(PaperFailed, match=r"^The PDF could not be made\."):
        typeset("signs.typ", {"nothing": True})


def test_who_sets_is_limited_and_without_a_network(tmp_path: Path) -> None:
    template = tmp_path / "x.typ"
    template.write_text('#import "@preview/cetz:0.3.1": canvas')
    source = tmp_path / "data.json"
    source.write_text("{}")
    command = [sys.executable, "-P", typeset_process.__file__, str(template), str(FONTS)]

    done = subprocess.run(
        [*command, str(source), str(tmp_path / "x.pdf")], capture_output=True, check=False
    )

    assert done.returncode == typeset_process.NOT_POSSIBLE
    assert not (tmp_path / "x.pdf").exists()
