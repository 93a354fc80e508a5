"""What the carrier would complain about in a document, with its codes; and what it would not."""

from xml.etree.ElementTree import fromstring

import pytest

from voice.standin.schema import Purpose, check


def _codes(verbs: str, purpose: Purpose = "call", *, has_base: bool = True) -> list[tuple[int, bool]]:
    root = fromstring(f"<Response>{verbs}</Response>")
    return [(problem.code, problem.fatal) for problem in check(root, purpose, has_base=has_base)]


CLEAN = [
    "",
    "<!-- nothing --><Say voice='Polly.Amy' language='en-GB'>Hello <break time='1s'/> you</Say>",
    "<Gather input='dtmf speech' numDigits='1' finishOnKey='' timeout='4' hints='yes, no'><Say>Yes?</Say></Gather>",
    "<Record maxLength='120' finishOnKey='#' action='/left' recordingStatusCallback='https://h/r?a=1&amp;b=2'/>",
    "<Dial timeout='20' action='/a'><Number url='/w' statusCallbackEvent='initiated answered'>+447700900101</Number></Dial>",
    "<Enqueue waitUrl='/wait' action='/left'>hold</Enqueue>",
    "<Dial><Conference startConferenceOnEnter='true' waitUrl=''>room</Conference></Dial>",
    "<Redirect>/again</Redirect>",
]


@pytest.mark.parametrize("verbs", CLEAN)
def test_clean_document_has_no_problem(verbs: str) -> None:
    assert _codes(verbs) == []


WARNED = [
    ("<say>Hello</say>", 12200),
    ("<Say Voice='x'>Hello</Say>", 12200),
    ("<Say loop='-1'>Hello</Say>", 13510),
    ("<Say language='English'>Hello</Say>", 13512),
    ("<Say></Say>", 13520),
    (f"<Say>{'x' * 4097}</Say>", 13521),
    ("<Say>Hello<Pause/></Say>", 12200),
    ("<Pause length='0'/>", 13910),
    ("<Play/>", 13420),
    ("<Reject reason='tired'/>", 13810),
    ("<Leave/>", 12200),
    ("<Hangup>now</Hangup>", 12200),
    ("<Gather input=\"['dtmf', 'speech']\"/>", 13326),
    ("<Gather numDigits='one'/>", 13314),
    ("<Gather timeout='0'/>", 13313),
    ("<Gather><Redirect/></Gather>", 13320),
    ("<Gather action='http://under_score/x'/>", 11100),
    ("<Gather action='javascript://x'/>", 11100),
    ("<Record recordingStatusCallbackEvent='done'/>", 13621),
    ("<Dial timeout='4'>+447700900101</Dial>", 13212),
    ("<Dial><Sip>sip:a@b</Sip></Dial>", 13215),
    ("<Dial record='true'>+447700900101</Dial>", 12200),
    ("<Start><Stream url='wss://h'/></Start>", 12200),
    ("<Connect/>", 12200),
    ("stray text", 12200),
]


@pytest.mark.parametrize(("verbs", "code"), WARNED)
def test_problem_has_the_carriers_code(verbs: str, code: int) -> None:
    assert (code, False) in _codes(verbs)


FATAL = [
    ("<Enqueue>   </Enqueue>", 14204),
    (f"<Enqueue>{'x' * 65}</Enqueue>", 14204),
    ("<Dial><Conference/></Dial>", 13237),
    ("<Dial><Number>+447700900101</Number><Conference>x</Conference></Dial>", 13000),
    ("<Dial>" + "<Number>+447700900101</Number>" * 11 + "</Dial>", 13215),
]


@pytest.mark.parametrize(("verbs", "code"), FATAL)
def test_error_ends_the_document(verbs: str, code: int) -> None:
    assert (code, True) in _codes(verbs)


@pytest.mark.parametrize(
    ("verbs", "purpose", "code"),
    [
        ("<Dial>+447700900101</Dial>", "whisper", 13201),
        ("<Record/>", "whisper", 12200),
        ("<Dial>+447700900101</Dial>", "queue-wait", 12200),
        ("<Gather/>", "conference-wait", 13238),
        ("<Gather/>", "queue-announcement", 12200),
    ],
)
def test_verb_in_the_wrong_kind_of_document_is_refused(verbs: str, purpose: Purpose, code: int) -> None:
    assert code in [found for found, _ in _codes(verbs, purpose)]


@pytest.mark.parametrize("verbs", ["<Gather/>", "<Gather action='/relative'/>", "<Record/>"])
def test_twiml_by_rest_has_nothing_to_be_relative_to(verbs: str) -> None:
    assert (11100, True) in _codes(verbs, has_base=False)


def test_what_is_warned_of_is_left_out() -> None:
    root = fromstring("<Response><Nonsense/><Say Voice='x'>Hello</Say></Response>")
    assert len(list(check(root, "call", has_base=True))) == 2
    assert [(verb.tag, verb.attrib) for verb in root] == [("Say", {})]
