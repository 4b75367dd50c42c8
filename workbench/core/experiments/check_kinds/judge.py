"""The checks by another model: a judge that scores an answer or prefers it to another text, and embeddings."""

from __future__ import annotations

from workbench.core.experiments.fields import PlanError, at
from workbench.core.request.parameters import check_all

from .kind import CheckField, CheckKind, Fields, first_words

GOOD = 0.7
"""The score from which on an answer passes where a check says nothing."""
AS_GOOD = 0.5
"""The same where two texts are compared: a tie passes."""

LIKE = 0.8
"""The same where meanings are compared; models differ in what they call near."""

PAIRWISE = "pairwise"

_OWN = ("model", "messages", "response_format", "tools", "stream", "n")


def _verify(fields: Fields) -> None:
    params = fields.get("params", {})
    if isinstance(params, dict):
        if taken := sorted(set(params) & set(_OWN)):
            raise PlanError(f"params of a judge cannot have {', '.join(taken)}: the check sets it.",
                            ("params", taken[0]))
        for name, value in params.items():
            with at("params", name):
                check_all({name: value})


def _verify_pairwise(fields: Fields) -> None:
    _verify(fields)
    if fields.get("weight"):
        raise PlanError("it only measures, and can have no weight.", ("weight",))


_MODEL = CheckField("model", "Judging model", "model", hint="provider/model")
_PARAMS = CheckField("params", "Parameters of the judge", "params", required=False, hint='{"temperature": 0}')


def _least(default: float) -> CheckField:
    return CheckField("at_least", "Least score, 0 to 1", "number", required=False, default=default, low=0, high=1)


KINDS = (
    CheckKind("judge", "Is judged by a model", "is given 7 of 10 (`at_least`: 0.7) or more by another model, which may "
              "have `params` of its own",
              (CheckField("rubric", "Rubric", hint="what a good answer has"), _MODEL, _least(GOOD), _PARAMS),
              lambda fields: f"judge: {fields['model']}", verify=_verify, requests=1),
    CheckKind("preferred", "Is preferred to a text", "is preferred by another model to the text, shown first in both "
              "orders: 1 when it is preferred in both, 0 when the text is, else 0.5 (`at_least`: 0.5)",
              (CheckField("text", "Text to compare with", hint="{{reference}}"),
               CheckField("rubric", "Rubric", hint="what a good answer has"), _MODEL, _least(AS_GOOD), _PARAMS),
              lambda fields: f"preferred to “{first_words(fields['text'])}” by {fields['model']}", verify=_verify,
              requests=2),
    CheckKind(PAIRWISE, "Is preferred to another setting's answer", "is preferred by another model to the answer of "
              "the setting `than` to the same input and sample, such as `{ temperature = 0 }`, else of the first one, "
              "shown first in both orders; it only measures, and every answer passes",
              (CheckField("rubric", "Rubric", hint="what a good answer has"), _MODEL,
               CheckField("than", "Setting to compare with", "params", required=False, hint='{"temperature": 0}'),
               _PARAMS),
              lambda fields: f"pairwise by {fields['model']}", verify=_verify_pairwise, requests=2,
              demands=False),
    CheckKind("meaning", "Means nearly the same as", "means nearly the same as the text: the cosine of their "
              "embeddings by the model (a server's `/embeddings`) is as high as asked (0 to 1, else 0.8)",
              (CheckField("text", "Text", hint="{{reference}}"),
               CheckField("model", "Embedding model", "model", hint="provider/model"), _least(LIKE)),
              lambda fields: f"means “{first_words(fields['text'])}”", requests=1, verdict_tokens=0),
)
