"""Times of day in Arabic: الساعه 9:30 مساء, الحاديه عشره والنصف صباحا.

Knows the words around a number that make it a time.
"""

import re
from dataclasses import replace

from trans.quantities.arabic_numbers import Numbers
from trans.quantities.numerals import Found, clock

HOUR = frozenset({"الساعه", "والساعه", "بالساعه", "للساعه"})

_HALVES = {
    "صباحا": "am", "صباح": "am", "الصباح": "am", "ص": "am", "فجرا": "am", "فجر": "am", "ظهرا": "noon", "ظهر": "noon",
    "الظهر": "noon", "عصرا": "pm", "مساء": "pm", "المساء": "pm", "م": "pm", "ليلا": "night",
}  # fmt: skip
_INITIALS = ("ص", "م")
_DISTANCE = re.compile(r"(?:كم|كيلو|كلم|ميل|اميال|متر|امتار|عقد|م|بوصه|مم)\w*")
_PARTS = {"نصف": 30, "النصف": 30, "ربع": 15, "الربع": 15, "ثلث": 20, "الثلث": 20, "ربعا": 15, "ثلثا": 20}


def hour(reader: Numbers, found: Found, place: int, after: int) -> tuple[Found, int] | None:
    """Return the time that the number from ``place`` to ``after`` stands for, and the place after it; None where it is none."""
    half = _HALVES.get(reader.form(after), "")
    if found.kind == "time":
        minutes = int(found.value)
        return (
            (clock(*divmod(minutes, 60), found.start, found.end, half, found.parts), after + 1)
            if half
            else (found, after)
        )
    if found.scale > 1 or found.value > 24:
        return None
    part, end = _part_of_hour(reader, after)
    later = _HALVES.get(reader.form(end), "") if part else ""
    announced = bool(later) or _is_announced(reader, place)
    if not (announced or half):
        return None
    minutes = int(found.value * 60)
    if found.value.denominator > 1:  # 9.30 in the evening
        whole, decimals = divmod(found.value, 1)
        if not half or decimals * 100 >= 60 or (decimals * 100).denominator > 1:
            return None
        minutes = int(whole * 60 + decimals * 100)
    elif not announced and reader.form(after) in _INITIALS and not found.digits:
        return None
    if announced and part and not half:
        minutes, after, half = minutes + part, end, later
    elif announced and not half and (spoken := _spoken_minutes(reader, after)):
        minutes, after = minutes + spoken[0], spoken[1]
        half = _HALVES.get(reader.form(after), "")
    found = replace(found, end=reader.cut[after - 1].end)
    made = clock(*divmod(minutes, 60), found.start, found.end, half, found.parts, digits=found.digits)
    return made, after + bool(half)


def _part_of_hour(reader: Numbers, place: int) -> tuple[int, int]:
    """Minutes of 'and a half' or 'less a quarter', and the place after it."""
    if reader.form(place) == "و":
        return _PARTS.get(reader.form(place + 1), 0), place + 2
    if reader.form(place) == "الا":  # a quarter to
        return -_PARTS.get(reader.form(place + 1), 0), place + 2
    form = reader.form(place)
    return _PARTS.get(form[1:], 0) if form.startswith("و") else 0, place + 1


def _spoken_minutes(reader: Numbers, place: int) -> tuple[int, int] | None:
    """'And thirty-five minutes', and the place after it."""
    word = reader.word(place)
    if not (word and word.joined):
        return None
    found, after = reader.number(place)
    if len(found) != 1 or found[0].value >= 60 or reader.form(after) not in ("دقيقه", "دقائق", "دقايق"):
        return None
    return int(found[0].value), after + 1


def _is_announced(reader: Numbers, place: int) -> bool:
    """Does 'the hour' stand right before it? In '160 km in the hour' what follows is no time."""
    at = place - 2 if reader.form(place - 1) == "ال" else place - 1
    if reader.form(at) not in HOUR:
        return False
    speed = reader.form(at - 1) == "في" and _DISTANCE.fullmatch(reader.form(at - 2))
    return not speed and reader.form(at - 1) != "/"
