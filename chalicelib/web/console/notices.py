"""What a screen says after a POST has done its work: `?done=<word>` in the address picks one of these fixed texts."""

_TEXTS = {
    # People
    "person-saved": "Saved.",
    "tagged": "Tag added.",
    "untagged": "Tag removed.",
    "unsubscribed": "Unsubscribed. No mailing reaches them from now on.",
    # Actions
    "saved": "Saved.",
    "published": "Published. Share its address.",
    "closed": "Closed. The page stays up, and takes nothing more.",
    "reopened": "Open again.",
    "matched": "Matched. Write to both: nobody was told.",
    "helped": "Good.",
    "parted": "Undone.",
    # Events
    "rsvp-cancelled": "Cancelled. Their seats are free, and go to whoever waits.",
    "called-off": "Called off. Everybody who comes or waits is being written to.",
    "called-on": "It takes place. Write to those who were told otherwise.",
    "giving-back": "The money is going back, order by order. Load this page again in a minute to see it.",
    "ticket-given": "Given. Their email is on its way.",
    "ticket-wrong": "Nothing was given: write an email address and a whole number.",
    "ticket-none-left": "Nothing was given: there are not so many left.",
    "offer-accepted": "Published. Its host is being told.",
    "offer-declined": "Declined. They are being told.",
    "list-used": "Uploaded. The letter goes to this list now.",
    "list-filled": "Uploaded.",
    # Imports
    "imported": "Import started.",
    "import-stopped": "Stopped.",
    # Mailings
    "mailing-saved": "Saved.",
    "variant-added": "Added. Say what is different about it.",
    "variant-removed": "Removed.",
    "variant-chosen": "Chosen. The rest gets it now.",
    "not-changed": "Somebody changed it meanwhile, so nothing was changed. Look again.",
    "duplicated": "Copied into a new draft.",
    "test-sent": "Test on its way to you.",
    "scheduled": "Scheduled.",
    "sending": "On its way.",
    "undone": "Undone. Nobody was written to, and the draft is as it was.",
    "paused": "Paused. Nobody further is written to until you resume.",
    "resumed": "Resumed with those who are left.",
    "stopped": "Stopped. Nobody further is written to.",
    "retrying": "On its way again to those people.",
    # Giving
    "account-connected": "Connected. Your pages take gifts now.",
    "account-open": "Stripe still needs something from you before your pages take gifts.",
    "account-left": "Disconnected. Your pages gather pledges from now on. Recurring donations go on at Stripe.",
    "terms-saved": "Saved. Your pages ask for it from now on.",
    "given-back": "Given back. Its donor is being told.",
    "bank-refused": "The donor's bank did not take it, so it is here still. Ask them how else it can reach them.",
    "not-given-back": "Nothing was given back now. Look at what is left of the gift, and write an amount of that.",
    "gift-changed": "Changed. Its donor is being told.",
    "gift-not-changed": "Stripe did not take that. Look again in a minute, and try once more if nothing has changed.",
    "statements-sent": "On their way, to everybody who gave in that year and has not had theirs yet.",
    "statements-not-yet": "Nothing was sent: choose a year that is over.",
    "reconciled": "Stripe is looked at again for each payment that differs. Compare again in a minute.",
    "gifts-added": "Added.",
    "actblue-saved": "Saved.",
    "actblue-off": "Switched off. Nothing that ActBlue tells is taken any more; what was told stays.",
    "recipient-asked": "Asked. It gets a part once its organizer agrees.",
    "recipient-removed": "Taken off. Nothing goes there from now on.",
    "collect-agreed": "Agreed. Gifts on that page can go to you from now on.",
    "collect-no-account": "Not yet: your group needs an account of its own that takes money.",
    "collect-left": "Done. Nothing on that page goes to you any more.",
    # Network
    "settings-saved": "Saved.",
    "switched": "You are working in another group now.",
}


def said(word: str) -> str:
    """The text of a word, '' for one we do not know: nobody may put words in our mouth by a link."""
    return _TEXTS.get(word, "")
