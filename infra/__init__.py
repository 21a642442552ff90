"""What stands around the code: CloudFormation by subject (`*.yml`), and how the package is built and deployed.

`build.py` makes the deployable template and zip, `lint.py` and `idle.py` judge the template, `deploy.py` deploys it,
`doctor.py` checks a live installation.
Nothing here ships in the package.
"""
