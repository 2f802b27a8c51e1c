"""What the editor of a hall says: ``static/js/booth-editor.js`` fills in what stands in braces."""

from flask_babel import gettext as _

from gernas.booths.words import FIXTURE_WORDS


def list_editor_words() -> dict[str, object]:
    """The sentences of the editor in the reader's language, by the names the script knows."""
    return {
        "kinds": {str(kind): str(text) for kind, text in FIXTURE_WORDS.items()},
        "begin": _("Draw a booth with the tools above, or press B."),
        "nothing": _("Nothing is chosen."),
        "noneTitle": _("Nothing chosen"),
        "empty": _("Nothing is drawn yet. Press B for the first booth."),
        "many": _("{count} things chosen"),
        "booths": _("{count} booths"),
        "at": _("{x} m from the left, {y} m from the top"),
        "inZone": _("zone {zone}"),
        "belongs": _("belongs to {name}"),
        "isHeld": _("{booth} belongs to {name}. Move or release them first."),
        "drawn": _("{count} booths drawn."),
        "removed": _("{count} removed. Undo brings them back."),
        "copied": _("{count} copied, the first is {first}."),
        "numbered": _("{count} booths numbered from {start}."),
        "numberNeeds": _("Choose booths, and write the first label."),
        "needTwo": _("Choose two or more first."),
        "needLabel": _("A booth needs a label, such as A04."),
        "labelTaken": _("There is a booth {label} already."),
        "notALength": _("Write a length in metres, such as 2.5."),
        "notANumber": _("Write a whole number that is not too large."),
        "sizeBetween": _("It must be between {least} and {most} m."),
        "undone": _("Taken back."),
        "redone": _("Done again."),
        "nothingToUndo": _("There is nothing to take back."),
        "nothingToRedo": _("There is nothing to do again."),
        "tool_booth": _(
            "Draw a booth: drag from corner to corner, or tap for one of the usual size."
        ),
        "tool_row": _("Draw a row: drag over as much room as the booths may take."),
        "tool_hand": _("Drag to move the view."),
        "tool_fixture": _("Drag where it stands, or tap for the usual size."),
        "saving": _("Saving …"),
        "saved": _("Saved."),
        "unsaved": _("not saved yet"),
        "allSaved": _("all saved"),
        "nothingToSave": _("Everything is saved already."),
        "notReached": _(
            "It could not be saved: no connection, or you are signed out. Your drawing is still "
            "here. Sign in again in another window if need be, then save again."
        ),
        "rebased": _("Your {count} changes are put on top. Look at them and save again."),
        "problems": _("{count} things to look at"),
        "noProblems": _("Nothing overlaps, and no aisle is too narrow."),
        "different": _("different"),
        "noZone": _("No zone"),
        "everyone": _("Everyone"),
    }
