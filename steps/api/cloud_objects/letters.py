"""Letters of European alphabets in the ASCII of an e-mail address."""

# ruff: noqa: RUF001 - letters that look like others are what this is about

from __future__ import annotations

import re
import unicodedata

# What a lower-case letter becomes in an e-mail address. Accents that are not here are taken off by Unicode's
# decomposition; letters that are neither here nor decompose are left out.
CHAR_REPLACE_MAP: dict[str, str] = {
    # Latin
    **dict.fromkeys("àáâãäåāăąǎȁȃạảấầẩẫậắằẳẵặ", "a"),
    **dict.fromkeys("æǣǽ", "ae"),
    **dict.fromkeys("ḃɓ", "b"),
    **dict.fromkeys("çćĉċč", "c"),
    **dict.fromkeys("ďđðḋɖ", "d"),
    **dict.fromkeys("èéêëēĕėęěȅȇẹẻẽếềểễệəǝ", "e"),
    **dict.fromkeys("ḟƒ", "f"),
    **dict.fromkeys("ĝğġģǧǥ", "g"),
    **dict.fromkeys("ĥħȟ", "h"),
    **dict.fromkeys("ìíîïĩīĭįıǐȉȋỉị", "i"),
    "ĳ": "ij",
    **dict.fromkeys("ĵǰ", "j"),
    **dict.fromkeys("ķĸǩ", "k"),
    **dict.fromkeys("ĺļľŀł", "l"),
    "ṁ": "m",
    **dict.fromkeys("ñńņňŉŋ", "n"),
    **dict.fromkeys("òóôõöøōŏőǒǫǿȍȏơọỏốồổỗộớờởỡợ", "o"),
    "œ": "oe",
    "ṗ": "p",
    **dict.fromkeys("ŕŗřȑȓ", "r"),
    **dict.fromkeys("śŝşšșṡſ", "s"),
    **dict.fromkeys("ßẞ", "ss"),
    **dict.fromkeys("ţťŧțṫ", "t"),
    "þ": "th",
    **dict.fromkeys("ùúûüũūŭůűųǔȕȗưụủứừửữự", "u"),
    **dict.fromkeys("ŵẁẃẅ", "w"),
    **dict.fromkeys("ýÿŷỳỵỷỹ", "y"),
    **dict.fromkeys("źżžƶ", "z"),
    "ʒ": "zh",
    # Cyrillic: Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian
    **dict(zip("абвгґдезіийклмнопрстуф", "abvggdeziijklmnoprstuf", strict=True)),
    **{"ё": "e", "є": "ye", "ж": "zh", "ї": "yi", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"},
    **{"ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ў": "u", "ђ": "dj", "ѓ": "g", "ѕ": "dz"},
    **{"ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ќ": "k", "џ": "dz", "ѐ": "e", "ѝ": "i"},
    "ʼ": "",  # an apostrophe that Ukrainian counts among its letters
    # Cyrillic beyond the Slavic languages: Kazakh, Kyrgyz, Tatar, Bashkir, Tajik
    **{"ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "ҳ": "h", "ҷ": "j"},
    **{"ӣ": "i", "ӯ": "u", "җ": "j", "ҡ": "k", "ҙ": "z", "ҫ": "s"},
    # Greek, with tonos and dialytika
    **dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True)),
    **{"θ": "th", "χ": "ch", "ψ": "ps", "ά": "a", "έ": "e", "ή": "i", "ί": "i", "ό": "o", "ύ": "y", "ώ": "o"},
    **{"ϊ": "i", "ϋ": "y", "ΐ": "i", "ΰ": "y"},
    # Georgian
    **dict(zip("აბგდევზთიკლმნოპრსტუფქყხჯჰ", "abgdevztiklmnoprstupkqkjh", strict=True)),
    **{"ჟ": "zh", "ღ": "gh", "შ": "sh", "ჩ": "ch", "ც": "ts", "ძ": "dz", "წ": "ts", "ჭ": "ch"},
    # Armenian
    **dict(zip("աբգդեզէըթիլխծկհձղճմյնոպջռսվտրցւփքօֆ", "abgdezeetilkckhdgcmjnopjrsvtrcwpkof", strict=True)),
    **{"ժ": "zh", "շ": "sh", "չ": "ch", "և": "ev"},
}


def ascii_words(text: str) -> str:
    """The words of a text in lower-case ASCII, joined by points; "" where nothing is left."""
    mapped = "".join(
        CHAR_REPLACE_MAP.get(letter, letter) for letter in unicodedata.normalize("NFC", text.lower())
    )
    plain = unicodedata.normalize("NFKD", mapped)
    marked = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return ".".join(re.findall("[a-z0-9]+", marked.lower()))
