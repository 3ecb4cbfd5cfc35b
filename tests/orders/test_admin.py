"""The admin as staff meet it, by forms."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client as Browser

from blueprints.orders.models import Customer, Order
from blueprints.web.accounts.models import User
from blueprints.web.outbox.models import Event
from tests.orders.conftest import Caller, body
from tests.orders.test_change import history, walk

LIST = "/admin/orders/order/"


def user(*permissions: str, staff: bool = True) -> Browser:
    """A browser logged in as a user with these permissions alone."""
    account = User.objects.create_user(f"user{User.objects.count()}", is_staff=staff)
    account.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Browser()
    browser.force_login(account)
    return browser


@pytest.fixture
def clerk(api: Caller) -> Browser:
    return user("view_order", "change_order", "cancel_order")


def act(browser: Browser, action: str, *orders: int, **fields: Any) -> str:
    data = {"action": action, "_selected_action": orders, **fields}
    return browser.post(LIST, data, follow=True).content.decode()


def form(order: int, **fields: Any) -> dict[str, Any]:
    """What the page of an order sends."""
    found = Order.objects.get(pk=order)
    inlines = {
        f"{name}-{key}": 0 for name in ("lines", "changes") for key in ("TOTAL_FORMS", "INITIAL_FORMS")
    }  # fmt: skip
    return {"seen_version": found.version, "new_status": "", "reason": "", **inlines, **fields}


def test_who_may_advance_does_so_from_the_list_alone(api: Caller) -> None:
    staff, order = user("view_order", "advance_order"), api.made()
    assert "1 order changed" in act(staff, "take_next_step", order)
    assert "changed" not in act(staff, "cancel", order, reason="no")
    assert staff.post(f"{LIST}{order}/change/", form(order, new_status="3")).status_code == 403
    assert Order.objects.get(pk=order).status == 2


def test_who_may_only_look_is_not_asked_for_a_status(api: Caller) -> None:
    page = user("view_order").get(f"{LIST}{api.made()}/change/").content.decode()
    assert "26.50 USD" in page
    for asked in ("New status", "Change to", "Reason:", "Seen version"):
        assert asked not in page


def test_a_customer_leads_to_its_orders(api: Caller) -> None:
    order = api.made()
    api.made(body(order_customer={"customer_id": 8, "name": "Ben Sprite", "email": "ben@example.org"}))
    staff = user("view_order", "view_customer")
    customer = Order.objects.get(pk=order).customer_id
    page = staff.get(f"/admin/orders/customer/{customer}/change/").content.decode()
    assert f"{LIST}?customer__id__exact={customer}" in page
    shown = staff.get(f"{LIST}?customer__id__exact={customer}").content.decode()
    assert "Ada Byte" in shown
    assert "Ben Sprite" not in shown


def test_the_list_shows_finds_and_filters(api: Caller, clerk: Browser) -> None:
    order = api.made(body(reference="PO-1"))
    page = clerk.get(LIST).content.decode()
    for text in ("Ada Byte", "Received", "26.50 USD", "Take the next step", "Advance to the status", "Cancel"):
        assert text in page
    for query in (
        f"q={order}",
        "q=ada",
        "q=PO-1",
        "status__exact=1",
        "client__id__exact=" + str(Order.objects.get().client_id),
    ):
        assert "Ada Byte" in clerk.get(f"{LIST}?{query}").content.decode()
    for query in ("q=nobody", "status__exact=2"):
        assert "Ada Byte" not in clerk.get(f"{LIST}?{query}").content.decode()


def test_the_page_offers_only_reachable_statuses(api: Caller, clerk: Browser) -> None:
    order = api.made()
    page = clerk.get(f"{LIST}{order}/change/").content.decode()
    offered = page.partition('name="new_status"')[2].partition("</select>")[0]
    assert "Processing" in offered
    assert "Cancelled" in offered
    assert "Shipping" not in offered
    assert "Astro Racer" in page
    walk(api, order, "completed")
    page = clerk.get(f"{LIST}{order}/change/").content.decode()
    offered = page.partition('name="new_status"')[2].partition("</select>")[0]
    assert "Received" not in offered
    assert "Passed through" in page.replace("passed through", "Passed through")


def test_staff_change_a_status_with_reason_and_tracking(api: Caller, clerk: Browser) -> None:
    order = api.made()
    walk(api, order, "payment_complete")
    events = Event.objects.count()
    url = f"{LIST}{order}/change/"
    fields = {"new_status": "4", "reason": "packed", "carrier": "DHL", "tracking_number": "7"}
    assert clerk.post(url, form(order, **fields)).status_code == 302
    row = history(api, order)[-1]
    assert (row["to"], row["via"], row["actor"], row["reason"]) == (4, "admin", "user0", "packed")
    assert Event.objects.count() == events + 2
    assert clerk.post(url, form(order, carrier="UPS", tracking_number="8")).status_code == 302
    assert api.get(f"/api/v1/orders/{order}").json()["tracking"]["carrier"] == "UPS"
    assert Event.objects.count() == events + 2


def test_saving_without_a_change_tells_nobody(api: Caller, clerk: Browser) -> None:
    order = api.made()
    assert clerk.post(f"{LIST}{order}/change/", form(order)).status_code == 302
    assert Event.objects.count() == 1
    assert Order.objects.get().version == 1


def test_a_stale_page_is_told_so(api: Caller, clerk: Browser) -> None:
    order = api.made()
    stale = form(order, new_status="2")
    api.post(f"/api/v1/orders/{order}/next")
    answer = clerk.post(f"{LIST}{order}/change/", stale)
    assert answer.status_code == 200
    assert Order.objects.get().version == 2


def test_impossible_changes_are_errors_of_the_form(api: Caller, clerk: Browser) -> None:
    order = api.made()
    for fields in ({"new_status": "4"}, {"new_status": "x"}, {"new_status": "2", "seen_version": ""}):
        clerk.post(f"{LIST}{order}/change/", form(order, **fields))
    walk(api, order, "shipping")
    answer = clerk.post(f"{LIST}{order}/change/", form(order, tracking_url="http://x.example"))
    assert b"must begin with https" in answer.content
    assert [row["to"] for row in history(api, order)][-1] == 4


def test_actions_move_what_they_can_and_name_the_rest(api: Caller, clerk: Browser) -> None:
    first, second = api.made(), api.made()
    walk(api, second, "completed")
    page = act(clerk, "take_next_step", first, second, reason="batch")
    assert "1 order changed" in page
    assert f"Order {second}: the order is already completed" in page
    assert history(api, first)[-1]["reason"] == "batch"
    assert "1 order changed" in act(clerk, "advance_to", first, target="4")
    assert history(api, first)[-2]["passed_through"]
    assert "Choose the status" in act(clerk, "advance_to", first)
    third = api.made()
    assert "1 order changed" in act(clerk, "cancel", third, reason="asked to")
    assert history(api, third)[-1]["to_label"] == "Cancelled"


def test_the_same_change_by_every_way_makes_the_same_events(api: Caller, clerk: Browser) -> None:
    made = [api.made() for _ in range(4)]
    api.post(f"/api/v1/orders/{made[0]}/cancel")
    api.post(f"/api/order/{made[1]}/cancel/")
    act(clerk, "cancel", made[2])
    clerk.post(f"{LIST}{made[3]}/change/", form(made[3], new_status="6"))
    kinds = [
        list(Event.objects.filter(key=f"order:{one}").order_by("id").values_list("type", flat=True)) for one in made
    ]
    assert kinds == [["order.received", "order.status_changed", "order.cancelled"]] * 4


@pytest.mark.parametrize(
    ("make", "sees", "advances", "cancels"),
    [
        (Browser, False, False, False),
        (lambda: user(staff=False), False, False, False),
        (user, False, False, False),
        (lambda: user("view_order"), True, False, False),
        (lambda: user("view_order", "change_order"), True, True, False),
        (lambda: user("view_order", "change_order", "cancel_order"), True, True, True),
    ],
    ids=["anonymous", "user", "staff", "viewer", "clerk", "canceller"],
)
def test_the_admin_opens_by_permission(
    api: Caller, make: Callable[[], Browser], sees: bool, advances: bool, cancels: bool
) -> None:
    first, second, third = api.made(), api.made(), api.made()
    browser = make()
    url = f"{LIST}{third}/change/"
    for path in (LIST, url):
        answer = browser.get(path)
        assert (answer.status_code == 200) == sees
        assert (b"Ada Byte" in answer.content) == sees
    act(browser, "take_next_step", first)
    act(browser, "cancel", second)
    browser.post(url, form(third, new_status="6"))
    assert (Order.objects.get(pk=first).status == 2) == advances
    assert (Order.objects.get(pk=second).status == 6) == cancels
    assert (Order.objects.get(pk=third).status == 6) == cancels
    assert Event.objects.count() == 3 + advances + 4 * cancels
    for path in (f"{LIST}add/", f"{LIST}{first}/delete/", "/admin/orders/customer/add/"):
        assert browser.post(path, {"post": "yes"}).status_code in (302, 403)
    assert Order.objects.count() == 3


def test_customers_are_shown_and_not_changed(api: Caller) -> None:
    api.made()
    boss = user("view_customer", "change_customer", "delete_customer")
    assert b"Ada Byte" in boss.get("/admin/orders/customer/?q=ada").content
    customer = Customer.objects.get()
    assert boss.get(f"/admin/orders/customer/{customer.pk}/change/").status_code == 200
    assert boss.post(f"/admin/orders/customer/{customer.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_history_of_an_order_names_every_step_and_the_edits_made_here(api: Caller, clerk: Browser) -> None:
    order = api.made()
    api.post(f"/api/v1/orders/{order}/next", {"reason": "paid in advance"})
    page = clerk.get(f"{LIST}{order}/history/").content.decode()
    for shown in ("Received", "Processing", "paid in advance", "<td>store</td>", "<td>api</td>"):
        assert shown in page
    assert "Edits made in this admin" not in page
    clerk.post(f"{LIST}{order}/change/", form(order, new_status="3"))
    page = clerk.get(f"{LIST}{order}/history/").content.decode()
    assert "<td>Payment complete</td>" in page
    assert "Edits made in this admin" in page


def test_the_history_of_an_order_is_for_those_who_may_see_it(api: Caller) -> None:
    order = api.made()
    assert user("view_customer").get(f"{LIST}{order}/history/").status_code == 403
    staff = user("view_order")
    assert staff.get(f"{LIST}{order}/history/").status_code == 200
    for none in (order + 1, 10**30, "x"):
        assert staff.get(f"{LIST}{none}/history/").status_code == 302
