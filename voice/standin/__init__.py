"""The stand-in carrier: real HTTP, real signatures, no real phones.

It speaks the part of Twilio's REST API and of TwiML that Ringtrue uses, in a process of its own, and takes the unkind
reading wherever the carrier's behaviour is not certain. What the carrier would refuse it refuses loudly, and keeps in
a list, so that a story can end with "and nothing was refused".
"""
