"""What the page of the first start shows of the shop, as far as it is set up."""

from collections.abc import Mapping

from appliance.messages import FirstStartView, TakeCountry, TaxTerm, Way
from appliance.services import first_start as service
from appliance.services import pay_rules, shop
from appliance.till import Till


def shop_view(
    till: Till, told: Mapping[str, service.Answer], devices: tuple[str, ...], *, way: Way
) -> FirstStartView:
    """The shop's side of the page; `told` are the steps that were answered."""
    db, facts = till.desk.db, till.facts
    taxes = shop.tax_classes(db)
    single = {code: rates[0] for code, (_, rates) in taxes.items() if len(rates) == 1}
    country, server = told.get("country"), told.get("server")
    return FirstStartView(
        open=True,
        way=way,
        done=tuple((step, answer.how) for step, answer in sorted(told.items())),
        country="" if country is None else country.choice,
        currency=facts.currency.code,
        cash_step_minor=facts.currency.cash_step_minor,
        included=all(rate.included for rate in single.values()),
        zone=str(pay_rules.told(db)["zone"]),
        taxes=tuple(
            TaxTerm(code, rate.name, shop.percent_text(rate.rate_ppm))
            for code, rate in single.items()
        ),
        name=service.shop_name(db),
        address=facts.address,
        tax_number=facts.tax_number,
        people=service.managers(db),
        products=service.count_products(db),
        devices=devices,
        server="" if server is None else server.choice,
    )


def terms_of(command: TakeCountry) -> service.Terms:
    """What the services take of an answer."""
    return service.Terms(
        command.country,
        command.currency,
        command.cash_step_minor,
        command.included,
        command.zone,
        tuple((one.code, one.name, one.rate) for one in command.taxes),
    )
