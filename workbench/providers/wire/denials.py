"""Denials: why a server refuses access, where neither the key nor the request is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.core.errors import ErrorKind

OF_A_GATEWAY = re.compile(r"a web page|error code: 1\d{3}\b|(access|request) (denied|blocked)|you have been blocked",
                          re.IGNORECASE)
"""What no API writes, if it is not within JSON: a web page, or the few words of Cloudflare and the like."""

TURNED_AWAY = ("Something in front of {who}, such as a gateway, a firewall or a protection against bots, turned the "
               "request away{status}; the key is hardly the reason. Check the base URL and whether a sign-in is "
               "wanted there, or try another network, or without a VPN.")


@dataclass(frozen=True, slots=True)
class Denial:
    """A reason to refuse access: ``pattern`` finds it in the server's words, ``sentence`` says what to do."""

    kind: ErrorKind
    pattern: str
    sentence: str
    statuses: tuple[int, ...] = (401, 403, 451)


_NOT_SERVED = r"(?:not|n't) (?:yet |currently |be )?(?:supported|available|allowed|served|permitted|offered)"
_PLACE = r"(?:country|countries|region|territory|location)"
_LIST = r"(?:allow|white)[ _-]?list"

_DENIALS = (
    Denial("network", rf"\b{_PLACE}\b[^.]{{0,60}}(?:{_NOT_SERVED}|unsupported|restricted|blocked)|"
           rf"(?:unsupported|restricted|embargoed)[ _]{_PLACE}|{_NOT_SERVED} (?:in|from|to) [^.]{{0,30}}\b{_PLACE}\b",
           "{who} does not serve the country or region that the request came from{status}; the key is not the reason. "
           "Try another network, or choose another provider.", (400, 401, 403, 451)),
    Denial("network", rf"\bip\b.{{0,60}}(?:\bnot\b|{_LIST}|blocked|denied|restrict)|{_LIST}.{{0,60}}\bip\b|"
           r"\bip_not_\w+",
           "{who} takes no requests with this key from this network address{status}. Add the address to the list of "
           "those that are allowed there, or try another network."),
    Denial("model", r"organi[sz]ation\b[^.]{0,40}\bverif|verif\w+ [^.]{0,30}\borgani[sz]ation",
           "{who} wants the organization of this key to be verified first{status}. Verify it at the provider, or "
           "choose another model.", (400, 401, 403)),
    Denial("model", r"(?:not|n't) (?:be )?(?:included|available|part|supported|allowed|covered|in|include)\b[^.]{0,40}"
           r"\b(?:plan|subscription)\b|\b(?:plan|subscription)\b[^.]{0,30}(?:\bnot|n't)\b|"
           r"\b(?:upgrade|requires?|needs?|restricted|limited)\b[^.]{0,40}\b(?:plan|subscription)\b",
           "The plan at {who} does not include what this request asks for{status}. Choose another model, or change the "
           "plan."),
    Denial("request", r"signature (?:has |is )?expired|\bskew|\bclock\b|TimeTooSkewed|not yet valid|used too early|"
           r"(?:timestamp|request time|\bdate)\b[^.]{0,40}(?:too (?:old|far|large)|expired|in the future|out of range)",
           "{who} says that the time of the request is wrong{status}. Set the clock of this computer, then retry."),
    Denial("model", r"model[ _]not[ _]found|model .{0,80}(?:does not exist|not found)|"
           r"(?:no|not have|n't have|without) access to [^.]{0,30}\bmodel\b|"
           r"not (?:allowed|authori[sz]ed|permitted|entitled) to (?:access|use|call) [^.]{0,30}\bmodel\b|"
           r"\bmodel\b[^.]{0,80}(?:not (?:allowed|authori[sz]ed|permitted|enabled)|no access|access denied)",
           "{who} does not give this key access to the model{status}. Choose another model, or ask for access there."),
)


def denial(status: int, words: str) -> Denial | None:
    """Returns the reason that ``words`` give for a refusal with this status, None when they give none of these."""
    return next((one for one in _DENIALS if status in one.statuses and re.search(one.pattern, words, re.IGNORECASE)),
                None)
