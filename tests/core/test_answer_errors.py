"""Error pages: the right status, a sentence in the reader's language, and a number to name."""

from flask.testing import FlaskClient


def test_a_foreign_host_is_refused_in_plain_text(client: FlaskClient) -> None:
    """ASVS 4.1.3: there is no address of ours to link to, so there is no page."""
    answer = client.get("/", headers={"Host": "gernas.test.example"})

    assert (answer.status_code, answer.mimetype) == (400, "text/plain")


def test_a_missing_page_says_so_in_the_language_of_its_address(client: FlaskClient) -> None:
    indonesian = client.get("/tidak-ada")
    english = client.get("/en/not-there")

    assert (indonesian.status_code, english.status_code) == (404, 404)
    assert '<html lang="id">' in indonesian.text
    assert "Halaman ini tidak ada" in indonesian.text
    assert '<html lang="en">' in english.text
    assert "This page does not exist" in english.text


def test_an_error_page_names_its_request_and_stays_out_of_search(client: FlaskClient) -> None:
    answer = client.get("/tidak-ada")

    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert 'rel="canonical"' not in answer.text


def test_an_error_inside_a_page_is_a_fragment(client: FlaskClient) -> None:
    answer = client.get("/tidak-ada", headers={"HX-Request": "true"})

    assert answer.status_code == 404
    assert answer.text.startswith('<div class="g-note g-note--bad" role="alert">')
