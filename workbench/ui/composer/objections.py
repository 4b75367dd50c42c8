"""Objections to a draft: what the user should look at before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.core.chat.parts import File, Image
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
    if any(isinstance(part, Image) for part in draft.parts) and takes_images(services, model) is False:
        info = services.providers.info(services.providers.resolve(model))
        found.append(Objection(f"{info.title} takes no images.", about_model=True))
    for part in draft.parts:
        if isinstance(part, File) and part.blob is not None and not part.text.strip():
            found.append(Objection(f"{part.name} holds no text, so the model gets its name alone."))
    if services.settings.value.check_secrets:
        from workbench.core.text.secrets_scan import scan, warning  # loaded with the first message

        if sentence := warning(scan(draft.searched)):
            found.append(Objection(sentence))
    return found


def takes_images(services: Services, model: str) -> bool | None:
    """Returns whether a ``provider/model`` sees; None when that is not known."""
    try:
        return services.providers.info(services.providers.resolve(model)).takes_images
    except BadInput:
        return None
