"""Texts of many languages as the programs of their countries write them."""

from __future__ import annotations

import pytest

from workbench.files.attachments.text_encodings import decode_certain, decode_guessed

MOST = 100_000
TEXTS = {
    "cp1252": ["Name;Größe\nMüller;1,80\n", "Grüße aus Köln", "ça déjà été vu à l’école; 5 €",
               "1,2,é\n" * 50, "23°;45°\n12°;3°\n" * 20, "1 €\n5 €\n", "3µ 4µ\n"],
    "gb18030": ["姓名,年龄\n张三,30\n", "今天天气很好，我们去公园玩。我喜欢学习人工智能。"],
    "cp932": ["氏名,年齢\n山田太郎,30\n", "今日は天気がいいですね。散歩に行きましょう。", "価格\n100円"],
    "big5": ["姓名,年齡\n張三,30\n", "今天天氣很好，我們去公園玩。我喜歡學習人工智慧。"],
    "cp949": ["이름,나이\n김철수,30\n", "오늘은 날씨가 좋습니다."],
    "cp1251": ["Имя;Возраст\nИван;30\n", "Сегодня хорошая погода, и мы идём гулять в парк."],
    "cp1253": ["Σήμερα ο καιρός είναι καλός και πάμε βόλτα."],
    "cp1250": ["Zażółć gęślą jaźń; to jest test polskiego tekstu, który opisuje łąkę i źródło"],
    "koi8_r": ["Сегодня хорошая погода, и мы идём гулять в парк."],
    "mac_roman": ["Name;Straße\nMüller;Große Gasse\nJäger;Äußere Öse\n", "nom,ville\nJosé,Montréal\nFrançois,Genève\n"],
    "mac_cyrillic": ["Имя;Возраст\nИван;30\nПётр;31\n"], "cp866": ["Имя;Возраст\nИван;30\nПётр;31\n"],
    "cp850": ["nom,ville\nJosé,Montréal\nFrançois,Genève\n"], "euc_jp": ["名前,都市\nさくら,東京\nアキラ,大阪\n"],
    "utf-16-le": ["Name,Wert\nA,1\n", "姓名,年龄\n张三,30\n"], "utf-16-be": ["Name,Wert\nA,1\n"],
    "utf-16": ["Grüße\n"], "utf-32": ["Grüße\n"], "utf-8-sig": ["Grüße\n"],
}


@pytest.mark.parametrize(("encoding", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts])
def test_text_is_read_as_it_was_written(encoding: str, text: str) -> None:
    decoded = decode_guessed(text.encode(encoding), MOST)
    assert decoded is not None and decoded.text == text
    certain = encoding in ("utf-16", "utf-32", "utf-8-sig")
    assert bool(decoded.guessed) is not certain


@pytest.mark.parametrize("data", [
    b"\x00\x01\x02", b"\xff\xfe\x00\xd8", b"ab\0cd", bytes(range(256)) * 20, b"\x7fELF" + bytes(range(200)),
])
def test_what_is_no_text(data: bytes) -> None:
    assert decode_guessed(data, MOST) is None


def test_only_what_is_needed_is_decoded() -> None:
    text = "Grüße 世界 🦉 " * 10_000
    decoded = decode_certain(text.encode(), 1000)
    assert decoded is not None and text.startswith(decoded) and 1000 < len(decoded) <= 4004
