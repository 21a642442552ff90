"""Words as the FEC's format takes them: printable ASCII without double quotes, of a greatest length each. Pure.

The lengths and signs are those of Schedule A in github.com/fecgov/fecfile-validate; the states those of its tool.
"""

import re
import unicodedata
from textwrap import wrap

_FOREIGN = "ZZ"
# Countries by the letters that donors choose, states to the FEC.
_TERRITORIES = ("AS", "GU", "MP", "PR", "VI")
_STATES = """
    AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware,
    DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, KS Kansas,
    KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota, MS Mississippi,
    MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York,
    NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, RI Rhode Island,
    SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia, WA Washington,
    WV West Virginia, WI Wisconsin, WY Wyoming, AS American Samoa, GU Guam, MP Northern Mariana Islands, PR Puerto Rico,
    VI Virgin Islands, AA Armed Forces Americas, AE Armed Forces Europe, AP Armed Forces Pacific,
    DC Washington DC, VI US Virgin Islands, VI U S Virgin Islands
"""
# What Unicode does not take apart into a letter and its accent; and signs that people's devices write by themselves.
_PLAIN = str.maketrans(
    {
        **{"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D"},
        **{"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ŧ": "t"},
        **dict.fromkeys('‘’‚‛ʼʻ´`“”„‟"«»', "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **{"½": " 1/2", "¼": " 1/4", "¾": " 3/4"},
    }
)
# What no name begins with: a spreadsheet would run it, and the sign that stops it is one letter too many here.
_FORMULA = " =+-@"


def text(told: str, longest: int = 1000) -> str:
    """In the letters that the format has; those that it has nothing for are left out."""
    apart = unicodedata.normalize("NFKD", told.translate(_PLAIN))
    plain = "".join(letter if " " <= letter <= "~" else " " * letter.isspace() for letter in apart.translate(_PLAIN))
    return " ".join(plain.split()).lstrip(_FORMULA)[:longest].rstrip()


def street(told: str) -> tuple[str, str]:
    """On the two lines that there are."""
    first, second, *_ = [*(text(line, _STREET) for line in wrap(text(told), _STREET)), "", ""]
    return first, second


def zip_code(told: str) -> str:
    return text(re.sub(r"[\s\W]", "", told), 9)


def state(told: str, country: str) -> str:
    """Two letters: `ZZ` abroad, '' when nobody can know. `country`: two letters, or ''."""
    if country in _TERRITORIES:
        return country
    if country not in ("", "US"):
        return _FOREIGN
    return _CODES.get(_letters(told), "")


def _letters(told: str) -> str:
    return re.sub("[^A-Z]", "", text(told).upper())


_STREET = 34
_CODES = {
    _letters(written): line.split()[0]
    for line in _STATES.split(",")
    for written in (line.split()[0], line.strip().partition(" ")[2])
}
