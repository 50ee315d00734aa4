"""The catalogue in a real browser: an owner sets a price, gives a picture and takes a file in, on a phone."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect

from tests.appliance.lan_server.goods_shop import CROISSANT, furnish
from tests.appliance.lan_server.office import PASSWORD, open_office, serve
from tests.browser import PHONE, new_page


def test_a_price_a_picture_and_a_file_from_a_phone(browser: Browser, tmp_path: Path) -> None:
    picture, file = tmp_path / "croissant.png", tmp_path / "jam.csv"
    Image.new("RGB", (80, 60), (200, 90, 20)).save(picture)
    listed = "name,price,tax_class,sku\n" + "".join(f"Jam {n},2.50,A,J{n}\n" for n in range(120))
    file.write_text(listed)
    with open_office(tmp_path / "shop") as office, serve(office.app, tmp_path) as site:
        furnish(office)
        office.give_password("1")
        page = new_page(browser, PHONE)
        page.goto(f"{site}/sign-in")
        page.fill("input[name=name]", "1")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.goto(f"{site}/catalogue/?q=crois")
        page.get_by_role("link", name=CROISSANT).click()
        page.fill("input[name=price]", "3,15")
        page.get_by_role("radio", name="cookie").check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved")
        expect(page.locator("input[name=price]")).to_have_value("3.15")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.set_input_files("input[type=file]", picture)
        page.get_by_role("button", name="Use this picture").click()
        expect(page.locator("img.picture")).to_be_visible()
        expect(page.locator("img.picture")).to_have_js_property("naturalWidth", 256)
        page.goto(f"{site}/catalogue/file/")
        page.set_input_files("input[type=file]", file)
        page.get_by_role("button", name="Show what would happen").click()
        # The page asks again by itself until the file was looked through, and once more until it is in.
        page.get_by_role("button", name="Take it in").click()
        expect(page.get_by_text("jam.csv is in: 120 new products")).to_be_visible()
        assert office.read("SELECT count(*) FROM product WHERE name LIKE 'Jam%'") == [(120,)]
