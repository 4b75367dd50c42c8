"""Files of inputs, as programs of many lands write them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from workbench.core.errors import BadInput
from workbench.files.experiments.input_files import read_inputs

ROWS = [{"text": "Größe, „neu“", "label": "gut"}, {"text": "zwei\nZeilen", "label": "schlecht"}]


def written(delimiter: str) -> str:
    return f'text{delimiter}label\r\n"Größe, „neu“"{delimiter}gut\r\n"zwei\nZeilen"{delimiter}schlecht\r\n'


@pytest.mark.parametrize(("name", "data"), [
    ("a.csv", written(",").encode()), ("a.csv", written(";").encode("utf-8-sig")), ("a.csv", written("\t").encode()),
    ("a.tsv", written("\t").encode()), ("a.csv", written("|").encode()),
    ("a.csv", ("sep=;\r\n" + written(";")).encode()),
    ("a.csv", written(";").encode("utf-16")), ("a.jsonl", "\n".join(map(json.dumps, ROWS)).encode()),
    ("a.json", json.dumps(ROWS).encode("utf-8-sig")),
])
def test_rows_are_the_same_in_every_dialect(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    assert read_inputs(tmp_path / name) == ROWS


@pytest.mark.process
@pytest.mark.parametrize(("text", "encoding", "first"), [
    ("Name;Größe\nMüller;1,80\n", "cp1252", {"Name": "Müller", "Größe": "1,80"}),
    ("姓名,年龄\n张三,30\n", "gb18030", {"姓名": "张三", "年龄": "30"}),
])
def test_old_encodings_are_told(tmp_path: Path, text: str, encoding: str, first: dict[str, str]) -> None:
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert read_inputs(tmp_path / "a.csv")[0] == first


def workbook(cells: list[list[str | float]]) -> bytes:
    """A workbook as small as the standard allows."""
    rows = "".join("<row>" + "".join(
        f"<c><v>{cell}</v></c>" if isinstance(cell, float) else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
        for cell in row) + "</row>" for row in cells)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    parts = {
        "[Content_Types].xml": f'''<Types xmlns="{package}/content-types">
<Default Extension="rels" ContentType="{rels}"/>
<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>''',
        "_rels/.rels": f'''<Relationships xmlns="{package}/relationships">
<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
        "xl/workbook.xml": f'''<workbook xmlns="{main}" xmlns:r="{office}">
<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>''',
        "xl/_rels/workbook.xml.rels": f'''<Relationships xmlns="{package}/relationships">
<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>''',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return data.getvalue()


@pytest.mark.process
def test_workbooks_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook([["text", "count"], ["茶", 3.0], ["tea", 1.5]]))
    assert read_inputs(tmp_path / "a.xlsx") == [{"text": "茶", "count": "3"}, {"text": "tea", "count": "1.5"}]
    (tmp_path / "b.xlsx").write_bytes(b"no workbook")
    with pytest.raises(BadInput, match="could not be read as a workbook"):
        read_inputs(tmp_path / "b.xlsx")


def test_only_a_line_feed_ends_a_json_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": "x\u2028y\u0085z"}\r\n{"a": 2}\n', "utf-8")
    assert read_inputs(tmp_path / "a.jsonl") == [{"a": "x\u2028y\u0085z"}, {"a": "2"}]


def test_cells_may_be_long_and_have_space_before_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a, b\n1, v\n" + "x" * 200_000 + ",2\n")
    assert read_inputs(tmp_path / "a.csv")[0] == {"a": "1", "b": "v"}
    assert len(read_inputs(tmp_path / "a.csv")[1]["a"]) == 200_000


def test_one_column_needs_no_separator(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("question\nWhy, Ann?\nHow\n".replace("Why, Ann?", '"Why, Ann?"'))
    assert [row["question"] for row in read_inputs(tmp_path / "a.csv")] == ["Why, Ann?", "How"]


@pytest.mark.parametrize(("name", "content", "sentence"), [
    ("rows.csv", b"", "a line of names and at least one row"), ("rows.csv", b"who\n", "at least one row"),
    ("rows.csv", b"a,a\n1,2\n", "two columns named a"), ("rows.csv", b"a,,b\n1,2,3\n", "column 2 has no name"),
    ("rows.csv", b"a,b\n1,2\n1\n", "row 3 has 1"), ("rows.csv", b"a,b\n1,2,3\n", "row 2 has 3"),
    ("rows.jsonl", b'{"a": 1}\n[1]\n', "line 2 is not a JSON"), ("rows.json", b'{"a": 1}', "a list of JSON objects"),
    ("rows.jsonl", b"[" * 100_000, "line 1 is not a JSON"), ("rows.json", b"[", "is not JSON"),
])
def test_tables_that_are_refused(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=sentence):
        read_inputs(tmp_path / name)
    with pytest.raises(BadInput, match="could not be read"):
        read_inputs(tmp_path / "none.csv")


@pytest.mark.process
def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(BadInput, match="is not a text"):
        read_inputs(tmp_path / "a.csv")


def test_empty_columns_at_the_end_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b,,\n1,2,,\n")
    assert read_inputs(tmp_path / "a.csv") == [{"a": "1", "b": "2"}]
