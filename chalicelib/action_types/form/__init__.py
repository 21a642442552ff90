"""Forms: questions of the organizer's own, answered by whoever fills them in."""

from chalicelib.actions.action_type import ActionType, NoSettings, Words


class Form(ActionType[NoSettings]):
    name = "form"
    words = Words(
        one="form",
        what="Sign-ups, volunteers, contact: your own questions",
        action="response",
        actions="responses",
        actors="people",
        act="fill it in",
        did="Filled in",
    )
    settings = NoSettings
    text_label = "Introduction"
    text_hint = "What it is for, and what happens with the answers"
    is_about_questions = True
    aims = False


TYPE = Form()
