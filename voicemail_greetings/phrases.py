"""Phrases that push callers away, each with what to say instead. They are found whatever their case. Pure."""

import re

OPERATORS = r"(?:agents?|operators?|representatives?|advis[eo]rs?|associates|team members|lines|consultants)"

WRITTEN = (
    (r"unfortunately", "Say sorry in one word instead: “I'm so sorry”."),
    (r"we regret(?: to inform you)?(?: that)?", "Say “I'm so sorry”."),
    (r"(?:your|every|each) calls? (?:is|are) (?:very |extremely |so |really )?(?:important|valuable)(?: to us)?", "Show it: “We'll ring you back by {time}.”"),
    (r"(?:we (?:really |truly )?)?value your (?:call|custom|business)", "Show it: “We'll ring you back by {time}.”"),
    (r"(?:please )?listen carefully", "Leave it out: say the little that matters."),
    (r"(?:our )?(?:menu|options)(?: options)? (?:has|have) (?:recently )?changed", "Leave it out: callers do not know the old one."),
    (r"(?:this |your |all |the )?(?:calls?|lines?|greeting|message) (?:may be|is being|will be|is|are|was|were) (?:recorded|monitored)(?: (?:and|or) (?:recorded|monitored))?(?: (?:at|on)\b| for (?:quality|training)[\w ]*)?|recorded (?:at|on)", "Leave it out, unless the law asks for it."),
    (r"for (?:quality|training)(?: (?:and|or) (?:quality|training))? purposes", "Leave it out, unless the law asks for it."),
    (rf"all (?:of )?(?:our |the )?(?:\w+ )?{OPERATORS} are(?: currently| presently)?(?: all)? (?:busy|engaged|assisting|helping|unavailable|occupied|on)", "Say it as a person: “Everybody is with a customer.”"),
    (r"please be advised(?: that)?|please note(?: that)?", "Leave it out: say the thing itself."),
    (r"(?:please )?(?:do not|don't) hang up|(?:please )?stay on the line", "Leave it out: they may hang up, and we ring them all the same."),
    (r"you (?:must|are required to)", "Ask: “Could you …?”"),
    (r"(?<!your )(?:(?:our|company|store) )?polic(?:y|ies)", "Say what you can do, not what the rules are."),
    (r"at (?:your|our) earliest (?:possible )?convenience|as soon as possible|in due course|shortly", "Say when: “by {time}”."),
    (r"(?:for )?(?:any|the) inconvenience(?: caused)?", "Leave it out: “I'm so sorry” is enough."),
    (r"(?:currently|presently) (?:un|not )available|(?:no[ -]?one|nobody) is available|outside (?:of )?(?:our )?(?:normal |regular )?(?:business|office|opening|working) hours", "Say it as a person: “We're closed just now.” or “Everybody is with a customer.”"),
    (r"(?:after|at|following) the (?:beep|tone|signal)|press(?:ing)? (?:\d|one|two|three|star|hash|pound)", "Leave it out: the keys and the beep are told right after this."),
)  # fmt: skip

PHRASES = tuple((re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), better) for pattern, better in WRITTEN)
"""Found in text whose apostrophes are straight."""
