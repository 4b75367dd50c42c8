"""Secret fields: keys, passwords and a person's data in what other programs keep beside a chat. They are left out of
everything but the text of messages, and counted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from workbench.core.json_types import Json
from workbench.core.text.secrets_scan import scan

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_SECRET = frozenset((
    "key", "keys", "apikey", "apikeys", "secret", "secrets", "password", "passwords", "passwd", "passphrase", "pwd",
    "auth", "oauth", "authorization", "bearer", "credential", "credentials", "creds", "cookie", "cookies", "jwt",
    "signature", "passwort", "kennwort", "wachtwoord", "senha"))
_SECRET_ELSEWHERE = re.compile(
    "contraseña|motdepasse|пароль|密码|密碼|密钥|密鑰|令牌|授权|授權|パスワード|비밀번호")
_WORDS_IN_KEY = re.compile(
    "(?:mon|tur|don|hoc|joc|whis|lac|hic|flun|mic|dic|smo|po|malar|o|low|off)keys?$")
"""English words that end like ``oaikey`` and are no keys."""
_HARMLESS_KEYS = frozenset((
    "storage", "cache", "public", "primary", "foreign", "shortcut", "hot", "current", "object", "sort", "group",
    "points", "avatar"))
_BRANCHES = frozenset((
    "accesscontrol", "keyvaults", "providers", "engines", "mcpservers", "env", "headers", "cookies", "userinfo"))
"""Whole branches, by their names without separators, that hold nothing but the settings of servers."""
_PERSONAL = frozenset((
    "email", "emailaddress", "phone", "phonenumber", "fullname", "birthyear", "birthdate", "location",
    "locationinfos", "ip", "ipaddress", "useragent", "deviceid", "accountid", "userid", "sessionid"))
_ADDRESS = re.compile(
    r"[?&](?:key|token|sig|signature|api_?key|access_token|X-Amz-Signature|AWSAccessKeyId)=[^&\s]{6,}", re.IGNORECASE)
_VALUES = re.compile(
    r"sk-[A-Za-z0-9_-]{16,}|gsk_[A-Za-z0-9]{16,}|xai-[A-Za-z0-9]{16,}|pplx-[A-Za-z0-9]{16,}|hf_[A-Za-z0-9]{16,}"
    r"|r8_[A-Za-z0-9]{16,}|nvapi-[\w-]{16,}|AIza[\w-]{30,}|(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{16,}"
    r"|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|ya29\.[\w-]{10,}|eyJ[\w-]{8,500}\.eyJ[\w-]{8,}\.[\w-]*"
    r"|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|npm_[A-Za-z0-9]{20,}|Bearer\s+\S{16,}|[0-9a-f]{32}\.[A-Za-z0-9]{16}"
    r"|https://(?:hooks\.slack\.com/|discord(?:app)?\.com/api/webhooks/)\S+", re.IGNORECASE)
_WITHIN = re.compile(f"(?<![A-Za-z0-9])(?:{_VALUES.pattern})", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"""(?<![\w.-])(?P<name>[\w.-]{2,60})(?P<sign>["']?[ \t]{0,4}[=:][ \t]{0,4}["']?(?:(?:Bearer|Basic|Token)[ ])?)"""
    r"""(?P<value>[^\s"',;&]{6,})""", re.IGNORECASE)
"""``OPENAI_API_KEY=…``, ``AccountKey=…;`` and ``Authorization: Bearer …`` in a command, a connection or a header."""
_COMMON = frozenset(("key", "keys", "auth", "signature"))
"""Names that are arguments in code far more often than secrets."""
_WRITTEN = frozenset(("text", "content", "parts", "code"))
"""Fields in which content of an unknown kind has what somebody wrote: only a value that is a key as a whole is left
out of them."""
_LEFT_OUT = "…"
_LONGEST = 100_000
"""Characters of a longer text are not looked through: it is a document rather than a setting."""
_ARGUMENT = re.compile(r"--?(?:api[-_]?key|token|password|secret)(?:=|$)", re.IGNORECASE)


class SecretFilter:
    """Copies values without their secrets, and counts what was left out."""

    def __init__(self) -> None:
        self.left_out = 0

    def clean(self, value: Any) -> Json:
        """Returns a copy of a value, at any depth, of what JSON has."""
        if isinstance(value, Mapping):
            return self.fields(value)
        if isinstance(value, list | tuple):
            return self._list(value)
        if isinstance(value, str):
            return self._text(value)
        return value if isinstance(value, int | float | bool) else None

    def fields(self, data: Mapping[str, Any]) -> dict[str, Json]:
        named_like_one = any(isinstance(data.get(name), str) and is_secret_name(data[name][:80])
                             for name in ("name", "key", "id", "field"))
        found: dict[str, Json] = {}
        for name, value in data.items():
            if name == "token" and "logprob" in data:  # a piece of text
                found[name] = self.clean(value)
                continue
            by_neighbour = name == "value" and named_like_one
            tokens = isinstance(value, dict) and str(name).lower().endswith("tokens")  # a number of them is no secret
            named = is_secret_name(str(name)) or by_neighbour or tokens
            if _is_secret(name) or _without_keys(str(name))[1]:
                self.left_out += 1
            elif name in _WRITTEN and isinstance(value, str) and not _is_secret(value):
                found[str(name)] = value
            elif not named and not _is_secret(value):
                found[str(name)] = self.clean(value)
            elif named and isinstance(value, dict | list):  # numbers and switches are no secrets
                before = self.left_out
                if not (kept := self.clean(value)) or _holds_text(kept):
                    self.left_out = before + bool(value)
                else:
                    found[str(name)] = kept
            elif value not in (None, "", False):
                self.left_out += 1
        return found

    def _text(self, value: str) -> str:
        """Returns a text without the keys in it; JSON in a text is cleaned as JSON."""
        if len(value) > _LONGEST:
            return value
        before = self.left_out
        if value.lstrip().startswith(("{", "[")):
            try:
                cleaned = json.dumps(self.clean(json.loads(value)), ensure_ascii=False)
            except (ValueError, RecursionError):  # no JSON, or too deep to be settings
                self.left_out = before
            else:
                return value if self.left_out == before else cleaned
        text, count = _without_keys(value)
        self.left_out += count
        return text

    def _list(self, values: list[Any] | tuple[Any, ...]) -> list[Json]:
        found: list[Json] = []
        after_flag = False
        for value in values:
            flag = isinstance(value, str) and _ARGUMENT.match(value) is not None
            if (flag and "=" in value) or after_flag or _is_secret(value):
                self.left_out += 1
            else:
                found.append(self.clean(value))
            after_flag = flag and "=" not in value
        return found


def is_secret_name(name: str) -> bool:
    """Returns whether a field of this name holds a key, a password, a person's data or the settings of servers. Names
    are compared word by word: ``oaiKey`` and ``x-api-key`` are secret, ``keyboard`` and ``max_tokens`` are not."""
    joined = "".join(_WORDS.findall(name)).lower()
    return joined in _BRANCHES or joined in _PERSONAL or _names_a_key(name)


def _names_a_key(name: str) -> bool:
    words = [word.lower() for word in _WORDS.findall(name)]
    joined = "".join(words)
    if joined.endswith(("apikey", "apikeys")) or _SECRET_ELSEWHERE.search(joined):
        return True
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if word in ("key", "keys") and before in _HARMLESS_KEYS:
            continue
        if word in _SECRET or _ends_in_key(word) or (word == "code" and before == "access"):
            return True
    return bool(words) and words[-1] in ("token", "pass") and words[-2:-1] != ["per"]


def _ends_in_key(word: str) -> bool:
    """Returns whether a word written as one, such as ``oaikey``, is the name of a key."""
    singular = word.removesuffix("s")
    return (singular.endswith("key") and singular.removesuffix("key") not in _HARMLESS_KEYS
            and not _WORDS_IN_KEY.match(word))


def _without_keys(text: str) -> tuple[str, int]:
    """Returns a text with a sign in the place of each key in it, and how many there were."""
    count = 0

    def assigned(found: re.Match[str]) -> str:
        nonlocal count
        name, sign = found["name"], found["sign"]
        plain = ":" in sign and name.isalpha() and name.islower()  # “password: see below” is a sentence
        if found["value"] == _LEFT_OUT or name.lower() in _COMMON or plain or not _names_a_key(name):
            return found[0]
        count += 1
        return f"{name}{sign}{_LEFT_OUT}"

    def whole(found: re.Match[str]) -> str:
        nonlocal count
        if not any(map(str.isdigit, found[0])):  # words with hyphens in an address
            return found[0]
        count += 1
        return _LEFT_OUT

    return _WITHIN.sub(whole, _ASSIGNED.sub(assigned, text)), count


def _holds_text(value: Json) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_text, value.values()))
    return any(map(_holds_text, value)) if isinstance(value, list) else isinstance(value, str)


def _is_secret(value: object) -> bool:
    """Returns whether a value is a key by its form, whatever its name."""
    if not isinstance(value, str) or len(value) > 10_000:
        return False
    text = value.strip()
    if _VALUES.fullmatch(text) or _ADDRESS.search(text) or (text.startswith("-----BEGIN ") and "PRIVATE KEY" in text):
        return True
    return any(not (text[:found.start] + text[found.end:]).strip() or "password in an address" in found.what
               for found in scan(text))
