"""Made-up young people of the demo. Nobody of this name and number is meant."""

from dataclasses import dataclass

from gernas.youth.models import OrganisationKind, Sex, Skill

K, S = OrganisationKind, Skill

ORGANISATIONS = (
    ("Universitas Contoh Lampung", K.CAMPUS, "Kota Bandar Lampung"),
    ("SMK Contoh 1 Metro", K.SMK, "Kota Metro"),
    ("Karang Taruna Contoh Way Halim", K.KARANG_TARUNA, "Kota Bandar Lampung"),
    ("GenBI Contoh Lampung", K.GENBI, "Kota Bandar Lampung"),
    ("Pramuka Contoh Pesawaran", K.SCOUTS, "Kabupaten Pesawaran"),
)


@dataclass(frozen=True)
class DemoMember:
    name: str
    age: int  # today
    group: int | None  # of ORGANISATIONS
    sex: Sex | None = None
    skills: tuple[Skill, ...] = ()
    city: str = "Kota Bandar Lampung"
    helps: bool = False
    named: bool = False  # agreed to the leaderboard


F, M = Sex.FEMALE, Sex.MALE

MEMBERS = (
    DemoMember("Alya Contoh", 20, 0, F, (S.PHOTO, S.MARKETPLACE), helps=True, named=True),
    DemoMember("Bima Contoh", 21, 0, M, (S.VIDEO, S.MARKETPLACE), helps=True, named=True),
    DemoMember("Citra Contoh", 22, 0, F, (S.DESIGN, S.PHOTO), helps=True, named=True),
    DemoMember("Damar Contoh", 19, 0, M, (S.VIDEO,)),
    DemoMember("Eka Contoh", 20, 0, F, (S.LANGUAGE,), named=True),
    DemoMember("Fajar Contoh", 23, 0, M, (S.ADS, S.MARKETPLACE), helps=True),
    DemoMember("Gita Contoh", 21, 0, F, (S.PHOTO,)),
    DemoMember("Hana Contoh", 20, 0, F, (S.LANGUAGE, S.VIDEO), named=True),
    DemoMember("Ilham Contoh", 24, 0, M, (S.DRIVING,)),
    DemoMember("Jihan Contoh", 19, 0, F),
    DemoMember("Kevin Contoh", 17, 1, M, (S.PHOTO,), "Kota Metro"),
    DemoMember("Laras Contoh", 17, 1, F, (S.DESIGN,), "Kota Metro"),
    DemoMember("Maulana Contoh", 18, 1, M, (S.VIDEO,), "Kota Metro"),
    DemoMember("Nadia Contoh", 16, 1, F, (), "Kota Metro"),
    DemoMember("Okta Contoh", 18, 1, M, (S.PHOTO,), "Kota Metro", helps=True),
    DemoMember("Puspa Contoh", 18, 1, F, (S.MARKETPLACE,), "Kota Metro", helps=True),
    DemoMember("Qori Contoh", 26, 2, F, (S.DRIVING,)),
    DemoMember("Rizal Contoh", 28, 2, M, (S.DRIVING,), named=True),
    DemoMember("Sinta Contoh", 24, 2, F),
    DemoMember("Tegar Contoh", 25, 2, M),
    DemoMember("Umi Contoh", 23, 2, F, (S.MARKETPLACE,), helps=True),
    DemoMember("Vino Contoh", 22, 2, M),
    DemoMember("Wulan Contoh", 22, 3, F, (S.ADS, S.DESIGN), helps=True, named=True),
    DemoMember("Yoga Contoh", 21, 3, M, (S.VIDEO, S.PHOTO), helps=True),
    DemoMember("Zahra Contoh", 20, 3, F, (S.MARKETPLACE,), helps=True, named=True),
    DemoMember("Arif Contoh", 22, 3, M, (S.LANGUAGE,)),
    DemoMember("Bella Contoh", 21, 3, F, (S.PHOTO,)),
    DemoMember("Candra Contoh", 23, 3, M),
    DemoMember("Dina Contoh", 17, 4, F, (), "Kabupaten Pesawaran"),
    DemoMember("Erwin Contoh", 19, 4, M, (), "Kabupaten Pesawaran"),
    DemoMember("Farah Contoh", 20, 4, F, (), "Kabupaten Pesawaran"),
    DemoMember("Galih Contoh", 27, None, M, (S.PHOTO, S.ADS)),
    DemoMember("Hesti Contoh", 29, None, F, (S.LANGUAGE,)),
    DemoMember("Indra Contoh", 25, None, None),
    DemoMember("Juwita Contoh", 22, None, Sex.UNDISCLOSED),
    DemoMember("Krisna Contoh", 24, None, M, (S.DESIGN,)),
)
