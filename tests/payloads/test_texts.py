"""The texts reach all of Unicode, and no server has a reason to refuse one that is not marked."""

import unicodedata

from apps_contract.payloads.texts import LONGEST_NAME, TEXTS


def test_labels_and_texts_are_distinct():
    assert len({text.label for text in TEXTS}) == len(TEXTS)
    assert len({text.text for text in TEXTS}) == len(TEXTS)


def test_an_entry_unpacks_to_label_and_text():
    label, text = TEXTS[0]
    assert (label, text) == (TEXTS[0].label, TEXTS[0].text)


def test_all_fit_into_a_display_name_and_into_utf_8():
    for text in TEXTS:
        assert len(text.text) <= LONGEST_NAME, text.label
        text.text.encode("utf-8")


def test_long_texts_use_the_whole_length():
    assert all(len(text.text) == LONGEST_NAME for text in TEXTS if text.label.startswith("256 "))


def test_every_plane_is_reached():
    reached = {ord(char) >> 16 for text in TEXTS for char in text.text}
    assert reached == set(range(17))


def test_normal_forms_come_in_pairs():
    texts = {text.text for text in TEXTS}
    decomposed = {text for text in texts if unicodedata.normalize("NFC", text) != text}
    assert any(unicodedata.normalize("NFC", text) in texts for text in decomposed)


def test_only_what_may_be_refused_is_marked():
    refusable = {text.label for text in TEXTS if text.may_be_refused}
    assert refusable == {
        "U+0000 inside",
        "U+0000 at the end",
        "noncharacter U+FFFF",
        "noncharacter U+10FFFE",
        "empty",
    }
