"""XML parts of documents, read as a stream: memory does not grow with them, and entities are refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces

from workbench.core.errors import BadInput

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesNSImpl

Name = tuple[str | None, str]


class Elements(ContentHandler):
    """The base of readers: gets elements by their local names, which are unique enough in the formats read here."""

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:
        self.begin(name[1], {key[1]: str(value) for key, value in attrs.items()})

    def endElementNS(self, name: Name, qname: str | None) -> None:
        self.end(name[1])

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Takes the beginning of an element."""

    def end(self, tag: str) -> None:
        """Takes the end of an element."""


def parse(pieces: Iterable[bytes], elements: Elements, name: str) -> None:
    """Gives the elements of a document, in pieces, to a reader. Raises ``BadInput`` for what is no XML and for any that
    defines entities."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import make_parser

    parser = make_parser()
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(elements)
    try:
        for piece in pieces:
            parser.feed(piece)
        parser.close()
    except (SAXException, DefusedXmlException, ValueError):
        raise BadInput(f"{name} is damaged and cannot be read. Save it again and attach that.") from None
