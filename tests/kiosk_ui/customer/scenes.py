"""What a till may say to the customer's screen: typical, much, long and little."""

import msgspec

from drivers.display import Shown, ShownLine

replace = msgspec.structs.replace

LINES = (
    ShownLine("Flat white", "2", "€8.40"),
    ShownLine("Butter croissant", "1", "€2.90"),
    ShownLine("Cinnamon bun", "3", "€9.15"),
)
TWELVE = (
    *LINES,
    ShownLine("House beans 250 g, ground for filter", "1", "€11.50"),
    ShownLine("Filter coffee", "1", "€3.10"),
    ShownLine("Sparkling water", "1", "€1.25"),
    ShownLine("Tomatoes", "0.350 kg", "€1.58"),
    ShownLine("Bio-Vollkorn-Haferflocken zart aus der Region, Großpackung", "1", "€4.99"),
    ShownLine("Soup with bread", "2", "€15.00"),
    ShownLine("Toastie", "1", "€6.90"),
    ShownLine("Gift card", "1", "€50.00"),
    ShownLine("Deposit returned", "3", "−€0.75"),
)
LONGEST = (
    ShownLine("Bio-Vollkorn-Haferflocken zart, Großpackung für alle", "1.250", "1.234.567,89 €"),
    ShownLine("Donaudampfschifffahrtsgesellschaftskapitänsmütze", "1,250 kg", "12,50 €"),
)
SHOP = "Feinkost Schneider-Wachtendonk am Marktplatz"

IDLE = Shown(state="idle", title="Corner Café")
TICKET = Shown(
    state="ticket", title="Corner Café", lines=LINES, total_label="Total", total="€20.45"
)
TENDER = replace(TICKET, state="tender", due_label="To pay", due="€10.45")
DONE = replace(TICKET, state="done", title="Thank you!", due_label="Change", due="€4.55")
TICKET_LONGEST = Shown(
    state="ticket",
    title=SHOP,
    lines=LONGEST,
    total_label="Zwischensumme",
    total="1.234.580,39 €",
)

SCENES = {
    "idle": IDLE,
    "idle-empty": Shown(state="idle"),
    "idle-longest": Shown(state="idle", title=f"Willkommen bei {SHOP}"),
    "ticket": TICKET,
    "ticket-empty": replace(TICKET, lines=(), total="€0.00"),
    "ticket-twelve": replace(TICKET, lines=TWELVE, total="€114.02"),
    "ticket-many": replace(TICKET, lines=TWELVE * 3, total="€342.06"),
    "ticket-longest": TICKET_LONGEST,
    "tender": TENDER,
    "tender-longest": replace(
        TICKET_LONGEST, state="tender", due_label="Noch zu zahlen", due="1.234.580,39 €"
    ),
    "done": DONE,
    "done-exact": replace(DONE, due_label="", due=""),
    "done-longest": replace(
        TICKET_LONGEST, state="done", title=f"Vielen Dank, {SHOP}", due_label="Ihr Rückgeld",
        due="1.234.567,89 €",
    ),
}  # fmt: skip
