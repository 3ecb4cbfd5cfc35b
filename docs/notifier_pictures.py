"""Draws the pictures of mails in docs/notifier.md: the package's templates with sample data, in Chromium."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

PICTURES = (
    # file, template, locale, dark, width
    ("order-received", "order_received", "en", False, 660),
    ("order-shipped-de-dark", "order_shipped", "de", True, 400),
    ("price-drop", "price_drop", "en", False, 660),
)


def main() -> None:
    from playwright.sync_api import sync_playwright
    from tests.servers.chromium import launch_options

    from blueprints.notifier import samples
    from blueprints.notifier.rendering import Templates
    from blueprints.notifier.stores.package import Store

    templates = Templates(
        [("package", Store())], {"shop_name": "Blueprints Games", "shop_url": "https://shop.example/"}
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]  # options of launch
        for file, name, locale, is_dark, width in PICTURES:
            rendered = templates.render(name, locale, samples.variables(name), samples.CUSTOMER)
            page = browser.new_page(
                viewport={"width": width, "height": 100}, color_scheme="dark" if is_dark else "light"
            )
            page.set_content(rendered.html)
            page.screenshot(path=ROOT / "docs" / "pictures" / f"notifier-{file}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
