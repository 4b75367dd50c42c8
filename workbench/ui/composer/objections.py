"""Objections to a draft: what the user should look at before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.core.chat.parts import Image
from workbench.core.errors import BadInput
from workbench.core.services import Services
from workbench.ui.composer.draft import Draft


@dataclass(frozen=True, slots=True)
class Objection:
    """A sentence; ``about_model`` tells whether another model would help."""

    sentence: str
    about_model: bool = False


def objections(services: Services, model: str, draft: Draft) -> list[Objection]:
    """Returns what speaks against sending a draft to a ``provider/model``."""
    found = []
    if any(isinstance(part, Image) for part in draft.parts):
        try:
            info = services.providers.info(services.providers.resolve(model))
        except BadInput:
            info = None
        if info is not None and info.takes_images is False:
            found.append(Objection(f"{info.title} takes no images.", about_model=True))
    if services.settings.value.check_secrets:
        from workbench.core.text.secrets_scan import scan, warning  # loaded with the first message

        if sentence := warning(scan(draft.searched)):
            found.append(Objection(sentence))
    return found
