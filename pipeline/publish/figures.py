"""Exact decimals as text: no exponent, no zeros behind the point, and no loss."""

from __future__ import annotations

from decimal import Context, Decimal

LONGEST = 400  # digits; a figure beyond that keeps its exponent
EXACT = Context(prec=5_000)  # the usual 28 digits would round


def digits(value: Decimal) -> str:
    """*value* in decimal notation; equal values give equal text.

    >>> digits(Decimal("1.60E+9")), digits(Decimal("0.750")), digits(Decimal("-0"))
    ('1600000000', '0.75', '0')
    """
    if not value:
        return "0"
    if abs(value.adjusted()) > LONGEST:
        return str(value.normalize())
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(value: Decimal) -> str:
    """*value* with a comma at every three digits before the point, for people.

    >>> grouped(Decimal("1234567.50"))
    '1,234,567.5'
    """
    whole, point, rest = digits(value).partition(".")
    if not whole.lstrip("-").isdigit():
        return digits(value)
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    head = len(whole) % 3
    parts = ([whole[:head]] if head else []) + [whole[i : i + 3] for i in range(head, len(whole), 3)]
    return sign + ",".join(parts) + point + rest


SCALES = ((12, "trillion"), (9, "billion"), (6, "million"))


def short(value: Decimal) -> str:
    """*value* in the words a reader says it in; never rounded, so long ones stay in digits.

    >>> [short(Decimal(n)) for n in ("1600000000", "4250000", "1234567", "40", "3000000000000000000")]
    ['1.6 billion', '4.25 million', '1,234,567', '40', '3,000,000 trillion']
    """
    for power, word in SCALES:
        if value.adjusted() >= power:
            scaled = digits(EXACT.scaleb(value, -power))
            if len(scaled.partition(".")[2]) <= 3:
                return f"{grouped(Decimal(scaled))} {word}"
    return grouped(value)
