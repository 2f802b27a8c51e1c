"""What the made-up applications of the demo are put together of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class KindOfProduct:
    """Something that is made in Lampung: in a name, as a product, and about what it costs."""

    short: str
    name: str
    sector: str
    price: int  # rupiah


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# How often each comes up follows from how often its sector stands here.
KINDS_OF_PRODUCT = (
    KindOfProduct("Keripik", "Keripik pisang cokelat", "food", 18_000),
    KindOfProduct("Keripik", "Keripik singkong pedas", "food", 15_000),
    KindOfProduct("Kemplang", "Kemplang panggang ikan", "food", 20_000),
    KindOfProduct("Sambal", "Sambal tempoyak", "food", 28_000),
    KindOfProduct("Dodol", "Dodol durian", "food", 32_000),
    KindOfProduct("Lempok", "Lempok durian", "food", 45_000),
    KindOfProduct("Bolu", "Engkak ketan", "food", 60_000),
    KindOfProduct("Abon", "Abon ikan baung", "food", 35_000),
    KindOfProduct("Rempeyek", "Rempeyek kacang", "food", 17_000),
    KindOfProduct("Kerupuk", "Kerupuk udang", "food", 24_000),
    KindOfProduct("Selai", "Selai pisang", "food", 26_000),
    KindOfProduct("Gula", "Gula semut aren", "food", 22_000),
    KindOfProduct("Kopi", "Kopi robusta bubuk", "drink", 45_000),
    KindOfProduct("Kopi", "Kopi petik merah", "drink", 65_000),
    KindOfProduct("Sirup", "Sirup markisa", "drink", 38_000),
    KindOfProduct("Jamu", "Minuman jahe merah", "drink", 25_000),
    KindOfProduct("Tapis", "Selendang tapis", "fashion", 650_000),
    KindOfProduct("Tapis", "Tas kain tapis", "fashion", 275_000),
    KindOfProduct("Batik", "Batik siger cap", "fashion", 225_000),
    KindOfProduct("Sulam", "Sulam usus kebaya", "fashion", 780_000),
    KindOfProduct("Sepatu", "Sepatu motif tapis", "fashion", 320_000),
    KindOfProduct("Anyaman", "Tas anyam pandan", "craft", 120_000),
    KindOfProduct("Ukir", "Miniatur siger kayu", "craft", 150_000),
    KindOfProduct("Kerang", "Hiasan kulit kerang", "craft", 85_000),
    KindOfProduct("Batok", "Lampu batok kelapa", "craft", 95_000),
    KindOfProduct("Lada", "Lada hitam bubuk", "agro", 38_000),
    KindOfProduct("Madu", "Madu hutan", "agro", 110_000),
    KindOfProduct("Cokelat", "Cokelat batang", "agro", 30_000),
    KindOfProduct("Sabun", "Sabun minyak kelapa", "beauty", 25_000),
    KindOfProduct("Rotan", "Kursi rotan", "home", 750_000),
)

# Regencies and cities of Lampung, the ones with more people more often.
CITIES = (
    ("Kota Bandar Lampung", 26),
    ("Lampung Selatan", 12),
    ("Lampung Tengah", 12),
    ("Lampung Timur", 9),
    ("Kota Metro", 7),
    ("Pesawaran", 6),
    ("Tanggamus", 6),
    ("Pringsewu", 5),
    ("Lampung Utara", 5),
    ("Lampung Barat", 4),
    ("Way Kanan", 4),
    ("Tulang Bawang", 3),
    ("Tulang Bawang Barat", 3),
    ("Pesisir Barat", 2),
    ("Mesuji", 2),
)

BRANDS = _words(
    "Sekar Melati Rimba Pelangi Mutiara Surya Bintang Cahaya Lestari Makmur Berkah Rizki Harum "
    "Cempaka Kenanga Dahlia Anggrek Teratai Flamboyan Seruni Kemuning Mawar Tanjung Randu Jati "
    "Meranti Damar Gaharu Kemiri Pala Cengkeh Vanili Jahe Kunyit Serai Pandan Gunung Lembah "
    "Sungai Telaga Muara Pesisir Samudra Pulau Karang Ombak Angin Embun Fajar Senja Rembulan "
    "Kartika Nusa Bumi Langit Tirta"
)
SECOND_BRANDS = _words(
    "Abadi Jaya Sejati Mandiri Sentosa Bahagia Ceria Bersama Sejahtera Utama Mulia Indah Permai "
    "Asri Murni Alami Segar Gemilang Perkasa Rahayu Rukun Guyub Setia Prima Unggul Kencana "
    "Nirmala Pertiwi Buana Persada Raya Baru Lama Kita Kami Muda Bestari Budaya Karya Cipta "
    "Daya Guna Laksana Wijaya Kusuma Puspita Pratama Andalan Idaman Harapan Impian Kenangan "
    "Warisan Titipan Racikan Olahan Pilihan Kebanggaan"
)
FIRST_NAMES = _words(
    "Sari Wulan Ratna Dewi Ayu Nur Rina Yanti Lina Maya Indah Tuti Endang Sri Ani Ida Nia Evi "
    "Rini Susi Budi Agus Slamet Joko Eko Dedi Hadi Rudi Wawan Asep Ahmad Hasan Yusuf Ilham Fajar "
    "Arif Bayu Dimas Galih Hendra"
)
GOALS = (
    "Contoh: produk kami dijual di tiga lokapasar dan pesanan datang setiap hari.",
    "Contoh: kemasan baru yang tahan lama, supaya bisa dikirim ke luar pulau.",
    "Contoh: punya sertifikat halal dan masuk ke toko oleh-oleh di bandara.",
    "Contoh: pembukuan rapi sehingga kami berani mengajukan kredit usaha rakyat.",
    "Contoh: omzet naik dua kali lipat dan kami bisa menambah dua pekerja.",
    "Contoh: foto produk yang bagus dan akun media sosial yang dirawat.",
)

# Name, sector, what it offers.
EXHIBITORS = (
    ("Bank Contoh Lampung", "finance", "Contoh: buka rekening, QRIS, kredit usaha rakyat."),
    ("Lokapasar Contoh", "digital", "Contoh: buka toko daring dan foto produk di tempat."),
    ("Dinas Perindustrian Contoh", "government", "Contoh: konsultasi izin dan sertifikat."),
    ("Kurir Contoh Cepat", "service", "Contoh: tarif kirim khusus untuk IKM."),
    ("Dompet Digital Contoh", "finance", "Contoh: daftar QRIS tanpa biaya."),
    ("Balai Kemasan Contoh", "government", "Contoh: klinik kemasan dan merek."),
    ("Halal Center Contoh", "service", "Contoh: pendampingan sertifikat halal."),
    ("Asuransi Contoh Usaha", "finance", "Contoh: perlindungan barang dagangan."),
    ("Aplikasi Kasir Contoh", "digital", "Contoh: pembukuan di ponsel."),
    ("Ritel Contoh Nusantara", "other", "Contoh: seleksi produk untuk rak toko."),
    ("Politeknik Contoh", "other", "Contoh: uji mutu dan umur simpan."),
)

TEXTS: Mapping[str, Mapping[str, Any]] = {
    "intake": {
        "description": (
            "Contoh. Tiga puluh IKM dipilih untuk didampingi selama tiga bulan: mutu, kemasan, "
            "izin, dan penjualan daring. Lima yang terbaik tampil di acara puncak."
        ),
        "description_en": (
            "An example. Thirty small industries are chosen and mentored for three months: "
            "quality, packaging, permits and online sales. The five best are shown at the peak."
        ),
        "audience": "Pemilik usaha di Lampung yang membuat produknya sendiri.",
        "audience_en": "Owners in Lampung who make their products themselves.",
        "documents": "NIB bila ada, foto izin, satu sampai tiga foto produk.",
        "documents_en": "NIB if you have one, a photo of your permit, one to three product photos.",
        "bring": "Tiga contoh produk dan ponsel Anda, ke pertemuan pertama pukul 09.00 WIB.",
        "bring_en": "Three samples and your phone, to the first meeting at 09:00 WIB.",
        "terms": (
            "- Produk dibuat di Lampung.\n- Penjualan dilaporkan setiap minggu.\n"
            "- Pendampingan tidak dipungut biaya."
        ),
        "terms_en": (
            "- The products are made in Lampung.\n- Sales are reported each week.\n"
            "- The mentoring costs nothing."
        ),
        "contact_name": "Sekretariat Contoh",
        "contact_email": "panitia@contoh.id",
    },
    "partners": {
        "description": "Contoh. Delapan stan 3 × 3 meter untuk mitra; siapa cepat, dia dapat.",
        "description_en": "An example. Eight booths of 3 × 3 metres; first come, first served.",
        "bring": "Datang sehari sebelumnya pukul 13.00 WIB. Satu meja dan dua kursi tersedia.",
        "bring_en": "Come the day before at 13:00 WIB. A table and two chairs are there.",
        "contact_name": "Sekretariat Contoh",
        "contact_email": "panitia@contoh.id",
    },
}
