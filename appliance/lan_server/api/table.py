"""Every address of the API in one table: the routes and the OpenAPI document are made of it."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from appliance.lan_server.api import acts, questions, resources, shapes
from appliance.lan_server.api.acts import Order
from appliance.lan_server.api.resources import Answer
from appliance.services.desk import Desk
from appliance.services.reports import DayReport


class Resource(NamedTuple):
    """One address. `path` is below `/api/v1`, in the notation of OpenAPI; `query` is what can be asked of it.

    `role` is the lowest that may ask; `told` is for those who read the document.
    """

    path: str
    name: str
    role: str
    told: str
    answer: Answer | Any
    shape: type[msgspec.Struct]
    query: type[questions.Asked] = questions.Nothing


class Act(NamedTuple):
    """One act. Like `Resource`, with the method, and `body`: what comes with the request."""

    method: str
    path: str
    name: str
    role: str
    told: str
    work: Callable[[Desk, Order], Any]
    shape: type[msgspec.Struct]
    body: type[msgspec.Struct]


WRITE: Final = (
    Act(
        "POST",
        "/products",
        "add_product",
        "manager",
        "Add a product",
        acts.add_product,
        shapes.Product,
        questions.ProductNew,
    ),
    Act(
        "PATCH",
        "/products/{product}",
        "change_product",
        "manager",
        "Change a product: its price, its name, whether it is sold",
        acts.change_product,
        shapes.Product,
        questions.ProductEdit,
    ),
    Act(
        "PUT",
        "/barcodes/{code}",
        "set_barcode",
        "manager",
        "Say what a barcode means",
        acts.set_barcode,
        questions.BarcodeMeaning,
        questions.BarcodeMeaning,
    ),
    Act(
        "POST",
        "/stock/count",
        "count_stock",
        "manager",
        "Note what was counted of a product",
        acts.count_stock,
        shapes.StockNow,
        questions.StockCounted,
    ),
    Act(
        "POST",
        "/stock/receive",
        "receive_stock",
        "manager",
        "Note goods that came",
        acts.receive_stock,
        shapes.StockNow,
        questions.StockReceived,
    ),
)
"""All acts are of the act `catalogue` in the configuration's table of what can be done where."""

READ: Final = (
    Resource("/shop", "shop", "cashier", "The shop", resources.of_shop, shapes.Shop),
    Resource(
        "/products",
        "products",
        "cashier",
        "Products, a part at a time, or by a search",
        resources.products,
        shapes.Products,
        questions.ProductsAsked,
    ),
    Resource(
        "/products/{product}",
        "product",
        "cashier",
        "One product",
        resources.product,
        shapes.Product,
    ),
    Resource(
        "/barcodes/{code}",
        "barcode",
        "cashier",
        "The product of a barcode",
        resources.by_barcode,
        shapes.Product,
    ),
    Resource(
        "/categories",
        "categories",
        "cashier",
        "All categories",
        resources.categories,
        shapes.Categories,
    ),
    Resource(
        "/tax-classes",
        "tax_classes",
        "cashier",
        "All tax classes",
        resources.tax_classes,
        shapes.TaxClasses,
    ),
    Resource(
        "/stock",
        "stock",
        "cashier",
        "What is on hand, a part at a time",
        resources.stock,
        shapes.StockLevels,
        questions.Page,
    ),
    Resource(
        "/sales",
        "sales",
        "manager",
        "Sales of a time, a part at a time",
        resources.sales,
        shapes.Sales,
        questions.PeriodAsked,
    ),
    Resource(
        "/sales/{sale}",
        "sale",
        "manager",
        "One sale with lines, taxes and tenders",
        resources.sale,
        shapes.WholeSale,
    ),
    Resource(
        "/days",
        "days",
        "manager",
        "Business days, a part at a time",
        resources.days,
        shapes.BusinessDays,
        questions.PeriodAsked,
    ),
    Resource(
        "/days/{day}",
        "day",
        "manager",
        "The report of a business day: X while open, Z once closed",
        resources.day,
        DayReport,
    ),
    Resource(
        "/employees",
        "employees",
        "manager",
        "Everybody who works or worked here",
        resources.employees,
        shapes.Employees,
    ),
    Resource(
        "/punches",
        "punches",
        "manager",
        "The punches of a time, of 62 days at most",
        resources.punches,
        shapes.Punches,
        questions.PunchesAsked,
    ),
    Resource(
        "/wages",
        "wages",
        "manager",
        "The wages of a period, of 62 days at most",
        resources.wages,
        shapes.Wages,
        questions.WagesAsked,
    ),
    Resource(
        "/registers",
        "registers",
        "manager",
        "Registers and how they do",
        resources.of_registers,
        shapes.Registers,
    ),
    Resource(
        "/journal",
        "journal",
        "owner",
        "Entries of the journal, from a cursor on",
        resources.journal,
        shapes.Journal,
        questions.JournalAsked,
    ),
)
