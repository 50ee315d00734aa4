"""How the configuration names a database, and that a password never comes back out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.store.maria_url import BadDatabaseUrl, parse


def test_a_url_names_user_password_host_and_database() -> None:
    nodes = parse("mysql://shop:s%40cret@db.example:3307/till")
    assert (nodes.user, nodes.password, nodes.database) == ("shop", "s@cret", "till")
    assert nodes.hosts == (("db.example", 3307),)
    assert nodes.where == "mysql://shop@db.example:3307/till"


def test_several_hosts_are_the_nodes_of_a_cluster() -> None:
    nodes = parse("mariadb://u:p@one,two:3307,[2001:db8::7]:3308,[::1]/shop")
    assert nodes.hosts == (("one", 3306), ("two", 3307), ("2001:db8::7", 3308), ("::1", 3306))
    assert nodes.where == "mysql://u@one:3306,two:3307,[2001:db8::7]:3308,[::1]:3306/shop"


def test_a_socket_and_a_certificate_may_be_given() -> None:
    nodes = parse("mysql://u:p@localhost/shop?socket=/run/my.sock&ca=/etc/ca.pem")
    assert (nodes.socket, nodes.ca) == ("/run/my.sock", "/etc/ca.pem")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "begins with"),
        ("sqlite:///shop.db", "begins with"),
        ("mysql://shop", "user"),
        ("mysql://:secret@host/shop", "user"),
        ("mysql://u:secret@host", "name of a database"),
        ("mysql://u:secret@host/", "name of a database"),
        ("mysql://u:secret@host/a/b", "name of a database"),
        ("mysql://u:secret@/shop", "host"),
        ("mysql://u:secret@one,,two/shop", "host"),
        ("mysql://u:secret@host:port/shop", "port"),
        ("mysql://u:secret@host:0/shop", "port"),
        ("mysql://u:secret@host:99999/shop", "port"),
        ("mysql://u:secret@host:²/shop", "port"),
        ("mysql://u:secret@host/shop?tls=yes", "'tls'"),
    ],
)
def test_what_is_wrong_with_a_url_is_said_without_its_password(url: str, why: str) -> None:
    with pytest.raises(BadDatabaseUrl) as refused:
        parse(url)
    assert why in str(refused.value.fields["why"])
    assert "secret" not in str(refused.value) + repr(refused.value.fields)


@given(st.text())
def test_any_text_is_a_url_or_refused(text: str) -> None:
    for url in (text, f"mysql://{text}", f"mysql://u:p@{text}/shop", f"mysql://u:{text}@h/d"):
        try:
            nodes = parse(url)
        except BadDatabaseUrl:
            continue
        assert nodes.hosts
        assert "password" not in repr(nodes)
