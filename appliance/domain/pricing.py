"""What a line costs: price and quantity, discounts, and prices that a label brings along."""

from appliance.domain.money import PPM, Minor, divide_half_up, extend


def line_amount(price_minor: Minor, qty_milli: int, given_minor: Minor | None = None) -> Minor:
    """Price of one piece or kilogram × quantity in thousandths, half up.

    `given_minor` is a price read from the label: then the line costs that and nothing is computed, so that the
    receipt says what the scale printed.
    """
    return extend(price_minor, qty_milli) if given_minor is None else given_minor


def percentage_discount(amount_minor: Minor, rate_ppm: int) -> Minor:
    """What a percentage takes off an amount, half up; to be subtracted from it. Has the amount's sign.

    The rate, in parts per million, is held between 0 and 100 %.
    """
    rate_ppm = min(max(rate_ppm, 0), PPM)
    return Minor(divide_half_up(amount_minor * rate_ppm, PPM))


def amount_discount(amount_minor: Minor, off_minor: Minor) -> Minor:
    """What a fixed discount takes off an amount; to be subtracted from it. Has the amount's sign.

    A discount below zero takes nothing off, and none takes off more than there is: a sold line never costs less than
    nothing, a returned one never brings in money.
    """
    off = min(max(off_minor, 0), abs(amount_minor))
    return Minor(off if amount_minor >= 0 else -off)
