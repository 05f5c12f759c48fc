"""The desk: a local server that shows the briefs of one folder, and takes what editors write about them.

``app`` is the server, ``security`` who may ask it anything, ``pages`` what it shows, ``asked`` and ``actions`` what it takes,
``terms`` the glossary that it adds to, ``serving`` its socket and its end. All of it needs the extra ``desk``.
"""
