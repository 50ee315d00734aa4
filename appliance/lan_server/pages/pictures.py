"""Pictures of products: shown, set, taken away."""

from typing import Final

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages.page import done, words
from appliance.lan_server.room import here, write
from appliance.services import pictures
from appliance.services.pictures import MOST_BYTES, NotAPicture

BLUEPRINT: Final = Blueprint("pictures", __name__, url_prefix="/catalogue/pictures")
_LONGEST: Final = 4 * MOST_BYTES
"""How long a form is read. More than a picture may have: where a server reads on no more, browsers show a page of their
own instead of the sentence that says how large it may be."""


@BLUEPRINT.route("/<product>")
@needs("cashier")
def show(product: str) -> ResponseReturnValue:
    """The picture itself; a browser keeps it, for another one has another address."""
    with here().readers.reading() as db:
        found = pictures.of(db, product)
    if found is None:
        abort(404)
    answer = Response(found.jpeg, mimetype="image/jpeg")
    answer.set_etag(found.id)
    is_named = request.args.get("v") == found.id
    answer.headers["Cache-Control"] = (
        "private, max-age=31536000, immutable" if is_named else "private, no-cache"
    )
    answer.headers["Content-Disposition"] = "inline"
    return answer.make_conditional(request)


@BLUEPRINT.route("/<product>/set", methods=["POST"])
@needs("manager", "catalogue", most_bytes=_LONGEST)
def set_picture(product: str) -> ResponseReturnValue:
    """Another picture."""
    file = request.files.get("file")
    if file is None:
        raise NotAPicture
    jpeg = pictures.small(file.stream.read(MOST_BYTES + 1))
    write(pictures.set_picture, product, jpeg, me().id)
    return done(words()("web.product.picture_saved"), "products.product", product=product)


@BLUEPRINT.route("/<product>/remove", methods=["POST"])
@needs("manager", "catalogue")
def remove(product: str) -> ResponseReturnValue:
    """No picture any more."""
    write(pictures.set_picture, product, b"", me().id)
    return done(words()("web.product.picture_gone"), "products.product", product=product)
